export const licenseKinds = [
  'puct_rep',
  'puct_broker',
  'alarm_company',
  'insurance_producer',
  'fcc_registration',
] as const;
export type LicenseKind = (typeof licenseKinds)[number];

/** What rules read of a license. */
export interface License {
  kind: LicenseKind;
  /** USPS code; null for the federal registration. */
  state: string | null;
  number: string;
  holder: string | null;
  /** The last day (UTC) on which the license is valid, `YYYY-MM-DD`; null if it does not expire. */
  expiresOn: string | null;
}
