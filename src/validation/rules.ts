import type { ValidatorConstraintInterface } from 'class-validator';
import { getMetadataStorage } from 'class-validator/cjs/metadata/MetadataStorage.js';
import { ValidationTypes } from 'class-validator/cjs/validation/ValidationTypes.js';
import { isGiven, nestedRuleName, type NestedRule, type RuleContext, type Test } from './field.js';

export type DtoClass<T extends object = object> = new () => T;

interface Rule {
  context: RuleContext;
  message: string;
  /** Whether the test applies to each entry of a list instead of the list itself. */
  each: boolean;
  test: Test;
}

/** The rules of one field, read from class-validator's metadata. */
export interface FieldRules {
  name: string;
  /** The rules do not apply to a field that is not given. */
  optional: boolean;
  /** The rules apply only if all of these return true as well. Nullable fields have such conditions. */
  conditions: ((owner: object, value: unknown) => boolean)[];
  rules: Rule[];
  /** Text is brought into the form of normalizeName() before the rules run. */
  normalize?: boolean;
  nested?: NestedRule;
}

const cache = new WeakMap<DtoClass, Map<string, FieldRules>>();

/** Returns a DTO's rules, keyed by field name. They are read from class-validator once per DTO. */
export function fieldRules(type: DtoClass): Map<string, FieldRules> {
  const cached = cache.get(type);
  if (cached) return cached;
  const fields = readRules(type);
  cache.set(type, fields);
  return fields;
}

function readRules(type: DtoClass): Map<string, FieldRules> {
  const storage = getMetadataStorage();
  const fields = new Map<string, FieldRules>();
  for (const metadata of storage.getTargetValidationMetadatas(type, '', false, false)) {
    const name = metadata.propertyName;
    const field = fields.get(name) ?? { name, optional: false, conditions: [], rules: [] };
    fields.set(name, field);
    if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION) {
      const condition = metadata.constraints[0] as FieldRules['conditions'][number];
      if (condition === isGiven) field.optional = true;
      else field.conditions.push(condition);
      continue;
    }
    if (metadata.name === nestedRuleName) field.nested = metadata.constraints[0] as NestedRule;
    if ((metadata.context as RuleContext | undefined)?.normalize) field.normalize = true;
    for (const constraint of storage.getTargetValidatorConstraints(metadata.constraintCls))
      field.rules.push({
        context: metadata.context as RuleContext,
        message: String(metadata.message),
        each: metadata.each,
        test: toTest(constraint.instance, name),
      });
  }
  return fields;
}

function toTest(constraint: ValidatorConstraintInterface, property: string): Test {
  // One object is reused for all calls, because a body needs hundreds. It is cleared so that no body stays in
  // memory.
  const args = { value: undefined as unknown, object: noOwner, property, targetName: '', constraints: [] };
  return (value, owner) => {
    args.value = value;
    args.object = owner;
    const isValid = constraint.validate(value, args) === true;
    args.value = undefined;
    args.object = noOwner;
    return isValid;
  };
}

const noOwner = {};
