import { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
import { ApiPropertyOptional } from '../lazy-swagger/decorators.js';
import { PartialType } from './mapped-types.js';
import type { DtoClass } from './rules.js';

type Changes<T, C extends keyof T> = { [K in keyof T]?: K extends C ? T[K] | null : T[K] };

/** The DTO of a change: every field of `type` may be left out, and null takes away what stands in `clearable`. */
export function PatchType<T extends object, C extends keyof T & string>(
  type: DtoClass<T>,
  clearable: readonly C[],
): DtoClass<Changes<T, C>> {
  class ChangesOf extends (PartialType(type as DtoClass) as DtoClass) {}
  for (const name of clearable) {
    ApiPropertyOptional({ nullable: true })(ChangesOf.prototype, name);
    ValidateIf((_, value) => value !== null)(ChangesOf.prototype, name);
  }
  return ChangesOf as DtoClass<Changes<T, C>>;
}
