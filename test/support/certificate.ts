/**
 * A certificate that `hooks.example` has signed itself, valid until 2126, for TLS servers in tests. Made with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=hooks.example
 * -addext subjectAltName=DNS:hooks.example`.
 */
export const certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9Ilx4BpwgVKaq5q+
3kxrBM+Cn73parwoYrBUuX5TRwGhRANCAATxvPX0Y5R+di3WqwgKyFwFmXDq1WMd
LxAyY8KpkP6zvsylaovTZBr7BRev9JBe1h3BFqIdHERP2bf/WvAFp/fT
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBojCCAUegAwIBAgIUH4S+hydF4E+Eezr9kSdV+2EnJfIwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNaG9va3MuZXhhbXBsZTAgFw0yNjExMjgwMzI1MDBaGA8yMTI2
MTEwNDAzMjUwMFowGDEWMBQGA1UEAwwNaG9va3MuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABPG89fRjlH52LdarCArIXAWZcOrVYx0vEDJjwqmQ/rO+
zKVqi9NkGvsFF6/0kF7WHcEWoh0cRE/Zt/9a8AWn99OjbTBrMB0GA1UdDgQWBBS7
PVZ8GnoRyZUMnaxLbmutTN21ZjAfBgNVHSMEGDAWgBS7PVZ8GnoRyZUMnaxLbmut
TN21ZjAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDWhvb2tzLmV4YW1wbGUw
CgYIKoZIzj0EAwIDSQAwRgIhAPOhnYt0+C1af8CcP7qecsMAjXh5Hh3nOzGTsI3t
kHMPAiEA6/sTLjnBV68NVDs7zlTZ1E+IUrZYZCmVStR2jHTfDD0=
-----END CERTIFICATE-----`,
};
