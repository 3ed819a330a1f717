import type { Category } from './category.js';

/** Any object, because the category `other` defines no fields. */
export class OtherServiceData {}

export class OtherComplianceData {}

export const other: Category = {
  service: OtherServiceData,
  compliance: OtherComplianceData,
  example: { service: { visits: 4 }, compliance: { licence: 'none needed' } },
  demo: { name: 'Garden Care', monthlyPrice: 60, keyFeatures: ['Four visits a year'] },
};
