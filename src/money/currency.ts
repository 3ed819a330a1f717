/**
 * Active ISO 4217 currencies (list one, 2025, excluding metals, funds and test codes), grouped by number of
 * decimal places.
 */
const decimals0 = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF';
const decimals3 = 'BHD IQD JOD KWD LYD OMR TND';
const decimals2 =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY ' +
  'COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ' +
  'ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK ' +
  'MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP ' +
  'SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ' +
  'ZAR ZMW ZWG';

const exponents = new Map(
  [
    [0, decimals0],
    [2, decimals2],
    [3, decimals3],
  ].flatMap(([exponent, codes]) =>
    String(codes)
      .split(' ')
      .map((code) => [code, Number(exponent)] as const),
  ),
);

/** Returns whether the uppercase code is an active ISO 4217 currency. */
export const isCurrency = (code: string) => exponents.has(code);

/**
 * Returns the number of decimal places of the currency: 2 for USD, 0 for JPY, 3 for KWD. Defaults to 2 for
 * unknown codes.
 */
export const currencyExponent = (currency: string) => exponents.get(currency) ?? 2;
