import { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
import { getMetadataStorage } from 'class-validator/cjs/metadata/MetadataStorage.js';
import { whenSwaggerLoads } from '../lazy-swagger/decorators.js';
import { isGiven } from './field.js';
import type { DtoClass } from './rules.js';

/*
 * Derives DTOs from other DTOs, with the same function names as @nestjs/swagger but without loading it. The
 * validation rules are copied immediately, in class-validator's metadata. The documentation is copied once
 * @nestjs/swagger is loaded, from the class that its function with the same name creates.
 */

type Swagger = typeof import('@nestjs/swagger');

/**
 * Creates a DTO with all fields of `type` as optional fields. Null remains invalid except in nullable fields.
 */
export function PartialType<T extends object>(type: DtoClass<T>): DtoClass<Partial<T>> {
  const derived = emptyClass<Partial<T>>(`Partial${type.name}`);
  for (const name of copyRules(type, derived, () => true))
    ValidateIf(isGiven)(derived.prototype as object, name);
  copyDocs(derived, (swagger) => swagger.PartialType(type, { skipNullProperties: false }));
  return derived;
}

/** Creates a DTO with all fields of `type` except `keys`. */
export function OmitType<T extends object, K extends keyof T & string>(
  type: DtoClass<T>,
  keys: readonly K[],
): DtoClass<Omit<T, K>> {
  const derived = emptyClass<Omit<T, K>>(`Omit${type.name}`);
  copyRules(type, derived, (name) => !(keys as readonly string[]).includes(name));
  copyDocs(derived, (swagger) => swagger.OmitType(type, keys));
  return derived;
}

/** Creates a DTO with the fields `keys` of `type`. */
export function PickType<T extends object, K extends keyof T & string>(
  type: DtoClass<T>,
  keys: readonly K[],
): DtoClass<Pick<T, K>> {
  const derived = emptyClass<Pick<T, K>>(`Pick${type.name}`);
  copyRules(type, derived, (name) => (keys as readonly string[]).includes(name));
  copyDocs(derived, (swagger) => swagger.PickType(type, keys));
  return derived;
}

/** Creates a DTO with the fields of all `types`. */
export function IntersectionType<T extends object[]>(
  ...types: { [I in keyof T]: DtoClass<T[I]> }
): DtoClass<IntersectionOf<T>> {
  const derived = emptyClass<IntersectionOf<T>>(`Intersection${types.map(({ name }) => name).join('')}`);
  for (const type of types) copyRules(type, derived, () => true);
  copyDocs(derived, (swagger) => swagger.IntersectionType(...(types as DtoClass[])) as DtoClass);
  return derived;
}

type IntersectionOf<T extends object[]> = T extends [infer A extends object, ...infer Rest extends object[]]
  ? A & IntersectionOf<Rest>
  : object;

function emptyClass<T extends object>(name: string): DtoClass<T> {
  const derived = class {};
  Object.defineProperty(derived, 'name', { value: name });
  return derived as DtoClass<T>;
}

/** Copies the rules of the fields that `isIncluded` accepts. @returns the names of those fields */
function copyRules(from: DtoClass, to: DtoClass, isIncluded: (name: string) => boolean): Set<string> {
  const storage = getMetadataStorage();
  const rules = storage
    .getTargetValidationMetadatas(from, '', false, false)
    .filter(({ propertyName }) => isIncluded(propertyName));
  for (const rule of rules) storage.addValidationMetadata(Object.assign({}, rule, { target: to }));
  return new Set(rules.map(({ propertyName }) => propertyName));
}

/**
 * Metadata key of @nestjs/swagger (DECORATORS.API_MODEL_PROPERTIES_ARRAY) for a model's fields,
 * each as `:name`.
 */
const fieldNamesKey = 'swagger/apiModelPropertiesArray';

/** Copies the @nestjs/swagger metadata of all fields from the class that `make` returns. */
function copyDocs(to: DtoClass, make: (swagger: Swagger) => DtoClass): void {
  whenSwaggerLoads((swagger) => {
    const [source, target] = [make(swagger).prototype as object, to.prototype as object];
    const fields = (Reflect.getOwnMetadata(fieldNamesKey, source) ?? []) as string[];
    Reflect.defineMetadata(fieldNamesKey, fields, target);
    for (const name of fields.map((field) => field.slice(1)))
      for (const key of Reflect.getOwnMetadataKeys(source, name))
        Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, source, name), target, name);
  });
}
