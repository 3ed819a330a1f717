import { ValidateIf } from 'class-validator/cjs/decorator/common/ValidateIf.js';
import { getMetadataStorage } from 'class-validator/cjs/metadata/MetadataStorage.js';
import { whenSwaggerLoads } from '../lazy-swagger/decorators.js';
import type { DtoClass } from './rules.js';

/*
 * DTOs that are made of others: what @nestjs/swagger offers under the same names, which would load all of it and of
 * class-validator. Here the rules of the fields are taken over; the documentation is, when it is asked for.
 */

type Swagger = typeof import('@nestjs/swagger');

/** A DTO with the fields of another one, all optional. Null is none of their values unless it was before. */
export function PartialType<T extends object>(type: DtoClass<T>): DtoClass<Partial<T>> {
  const made = classOf<Partial<T>>(`Partial${type.name}`);
  for (const name of inheritRules(type, made, () => true))
    ValidateIf((_, value) => value !== undefined)(made.prototype as object, name);
  inheritDocs(made, (swagger) => swagger.PartialType(type, { skipNullProperties: false }));
  return made;
}

/** A DTO without some fields of another one. */
export function OmitType<T extends object, K extends keyof T & string>(
  type: DtoClass<T>,
  keys: readonly K[],
): DtoClass<Omit<T, K>> {
  const made = classOf<Omit<T, K>>(`Omit${type.name}`);
  inheritRules(type, made, (name) => !(keys as readonly string[]).includes(name));
  inheritDocs(made, (swagger) => swagger.OmitType(type, keys));
  return made;
}

/** A DTO with some fields of another one. */
export function PickType<T extends object, K extends keyof T & string>(
  type: DtoClass<T>,
  keys: readonly K[],
): DtoClass<Pick<T, K>> {
  const made = classOf<Pick<T, K>>(`Pick${type.name}`);
  inheritRules(type, made, (name) => (keys as readonly string[]).includes(name));
  inheritDocs(made, (swagger) => swagger.PickType(type, keys));
  return made;
}

/** A DTO with the fields of several others. */
export function IntersectionType<T extends object[]>(
  ...types: { [I in keyof T]: DtoClass<T[I]> }
): DtoClass<Together<T>> {
  const made = classOf<Together<T>>(`Intersection${types.map(({ name }) => name).join('')}`);
  for (const type of types) inheritRules(type, made, () => true);
  inheritDocs(made, (swagger) => swagger.IntersectionType(...(types as DtoClass[])) as DtoClass);
  return made;
}

type Together<T extends object[]> = T extends [infer A extends object, ...infer Rest extends object[]]
  ? A & Together<Rest>
  : object;

function classOf<T extends object>(name: string): DtoClass<T> {
  const made = class {};
  Object.defineProperty(made, 'name', { value: name });
  return made as DtoClass<T>;
}

/** @returns the names of the fields that have rules */
function inheritRules(from: DtoClass, to: DtoClass, taken: (name: string) => boolean): Set<string> {
  const storage = getMetadataStorage();
  const rules = storage.getTargetValidationMetadatas(from, '', false, false);
  const inherited = rules.filter(({ propertyName }) => taken(propertyName));
  for (const each of inherited) storage.addValidationMetadata(Object.assign({}, each, { target: to }));
  return new Set(inherited.map(({ propertyName }) => propertyName));
}

/** Where @nestjs/swagger keeps the fields of a model, by `:name`. */
const fieldsKey = 'swagger/apiModelPropertiesArray';

function inheritDocs(to: DtoClass, make: (swagger: Swagger) => DtoClass): void {
  whenSwaggerLoads((swagger) => {
    const [from, into] = [make(swagger).prototype as object, to.prototype as object];
    const fields = (Reflect.getOwnMetadata(fieldsKey, from) ?? []) as string[];
    Reflect.defineMetadata(fieldsKey, fields, into);
    for (const name of fields.map((field) => field.slice(1)))
      for (const key of Reflect.getOwnMetadataKeys(from, name))
        Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, from, name), into, name);
  });
}
