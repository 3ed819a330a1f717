import type { DtoClass } from '../../validation/rules.js';
import type { Contract, Introductory, MonthlyFee } from '../pricing/price-fields.js';
import type { AveragePrices } from '../pricing/per-kwh.js';

type Values = Record<string, unknown>;

/** Everything that is specific to a service category. */
export interface Category {
  /** DTO of `serviceSpecificData`. */
  service: DtoClass;
  /** DTO of `complianceData`. */
  compliance: DtoClass;
  /** Valid sample data for both DTOs, used by the documentation, the demo and the seeder. */
  example: { service: object; compliance: object };
  /** The offer that the demo creates in this category. The price is in USD. */
  demo: {
    name: string;
    monthlyPrice: number | null;
    keyFeatures: string[];
    introductory?: Introductory;
    monthlyFees?: MonthlyFee[];
    contract?: Contract;
  };
  /**
   * The main attributes by which offers are compared, beside the fields of both DTOs. Names include the unit (`maxDownloadMbps`). Each function reads
   * the value from `serviceSpecificData` or `complianceData`, and returns undefined if it is missing.
   */
  comparable?: Record<string, (service: Values, compliance: Values) => unknown>;
  /** Prices that follow from the data of the category. */
  prices?: {
    /** Returns the total monthly price as the provider states it; undefined if it does not. */
    allInMonthly?: (compliance: Values) => unknown;
    perKwh?: (service: Values, compliance: Values, currency: string) => AveragePrices;
  };
}
