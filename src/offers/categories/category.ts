import type { DtoClass } from '../../validation/rules.js';

/** What is particular to a category: the shape of its two data objects. */
export interface Category {
  /** DTO of `serviceSpecificData`. */
  service: DtoClass;
  /** DTO of `complianceData`. */
  compliance: DtoClass;
  /** Example of each, for the docs. */
  example: { service: object; compliance: object };
}
