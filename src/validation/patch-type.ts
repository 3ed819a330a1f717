import { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
import { ApiPropertyOptional } from '../lazy-swagger/decorators.js';
import { isNotNull } from './field.js';
import { PartialType } from './mapped-types.js';
import type { DtoClass } from './rules.js';

type Patch<T, C extends keyof T> = { [K in keyof T]?: K extends C ? T[K] | null : T[K] };

/**
 * Creates the DTO of an update.
 * All fields of `type` are optional, and null clears a field listed in `clearable`.
 */
export function PatchType<T extends object, C extends keyof T & string>(
  type: DtoClass<T>,
  clearable: readonly C[],
): DtoClass<Patch<T, C>> {
  class PatchOf extends (PartialType(type as DtoClass) as DtoClass) {}
  for (const name of clearable) {
    ApiPropertyOptional({ nullable: true })(PatchOf.prototype, name);
    ValidateIf(isNotNull)(PatchOf.prototype, name);
  }
  return PatchOf as DtoClass<Patch<T, C>>;
}
