import { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
import { ApiPropertyOptional } from '../lazy-swagger/decorators.js';
import { PartialType } from './mapped-types.js';
import type { DtoType } from './rules.js';

type Changes<T, C extends keyof T> = { [K in keyof T]?: K extends C ? T[K] | null : T[K] };

/** The DTO of a change: every field of `type` may be left out, and null takes away what stands in `clearable`. */
export function ChangesType<T extends object, C extends keyof T & string>(
  type: DtoType<T>,
  clearable: readonly C[],
): DtoType<Changes<T, C>> {
  class ChangesOf extends (PartialType(type as DtoType) as DtoType) {}
  for (const name of clearable) {
    ApiPropertyOptional({ nullable: true })(ChangesOf.prototype, name);
    ValidateIf((_, value) => value !== null)(ChangesOf.prototype, name);
  }
  return ChangesOf as DtoType<Changes<T, C>>;
}
