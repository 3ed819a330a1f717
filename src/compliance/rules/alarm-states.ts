/** What is known of a state that licenses alarm companies. */
export interface AlarmState {
  /** Pattern of the numbers of licenses, as a regular expression; a hint, because numbers differ. */
  numberPattern?: string;
  /** A number that matches the pattern. */
  numberExample?: string;
  /** Whether the license of a monitoring center is separate. */
  monitoringLicense?: boolean;
  /** The rule that demands the number in every offer and advertisement. */
  numberInAdvertising?: string;
  /** For how many years a license is valid at most. */
  validYears?: number;
  source: string;
}

/** The states that the table describes, by their code. */
export type AlarmStates = Readonly<Record<string, AlarmState>>;

const seen = 'Numbers of published licenses';

/**
 * States that license alarm companies, as of 27 November 2026. Nothing is known here of the others: the table is not
 * complete, and operators can add to it.
 */
export const alarmStates: AlarmStates = {
  AL: { numberPattern: '^\\d{3,}$', numberExample: '027', monitoringLicense: true, source: seen },
  AR: { numberPattern: '^CMPY\\.\\d{7}$', numberExample: 'CMPY.0001020', source: seen },
  AZ: { numberPattern: '^\\d{3,}-\\d$', numberExample: '18376-0', source: seen },
  CA: {
    numberPattern: '^ACO ?\\d{3,6}$',
    numberExample: 'ACO 7000',
    validYears: 2,
    source: 'Licenses of alarm company operators (ACO)',
  },
  FL: {
    numberPattern: '^E[FG]\\d{7,8}$',
    numberExample: 'EF0001234',
    numberInAdvertising: 'Florida Statutes 489.521(7)(b)',
    source: 'Florida Statutes 489.521',
  },
  TX: { numberPattern: '^B\\d{5,8}$', numberExample: 'B12345', source: seen },
};
