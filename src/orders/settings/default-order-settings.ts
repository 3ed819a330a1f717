/** What applies to a provider that has not set anything. */
export const defaultOrderSettings = {
  /** Hours in which the provider must answer. */
  respondWithinHours: 48,
  /** Days for which the provider sees personal data after an item has ended. */
  personalDataDays: 90,
};
