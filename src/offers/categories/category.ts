import type { DtoClass } from '../../validation/rules.js';

type Values = Record<string, unknown>;

/** Everything that is specific to a category of service. */
export interface Category {
  /** DTO of `serviceSpecificData`. */
  service: DtoClass;
  /** DTO of `complianceData`. */
  compliance: DtoClass;
  /** Valid data for both DTOs. The documentation, the demo and the seeder use it. */
  example: { service: object; compliance: object };
  /** The offer of this category that the demo creates. The price is in USD. */
  demo: { name: string; monthlyPrice: number; keyFeatures: string[] };
  /**
   * Attributes that offers are compared by. Names carry the unit (`maxDownloadMbps`); each function reads the value from
   * `serviceSpecificData` or `complianceData`, and returns undefined when it is not given.
   */
  comparable?: Record<string, (service: Values, compliance: Values) => unknown>;
}
