import { getMetadataStorage } from 'class-validator/cjs/metadata/MetadataStorage.js';
import { ValidationTypes } from 'class-validator/cjs/validation/ValidationTypes.js';
import { isGiven, isNotNull, nestedRuleName, type NestedRule, type RuleContext, type Test } from './field.js';

export type DtoClass<T extends object = object> = new () => T;

interface Rule {
  /** The `code` of the field error. */
  code: string;
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
  /** The rules do not apply to null. */
  nullable: boolean;
  /** The rules apply only if all of these return true as well. */
  conditions: ((owner: object, value: unknown) => boolean)[];
  rules: Rule[];
  /** The rules that run after the members of the value. */
  rulesAfterMembers: Rule[];
  /** Text is brought into this form before the rules run, and stored in it. */
  normalize?: RuleContext['normalize'];
  /** A number is money. */
  money?: RuleContext['money'];
  /** A query parameter's text is converted to this type before the rules run. */
  coerce?: RuleContext['coerce'];
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
    // Every object has such a member, so a missing field could not be told from one that is given.
    if (name in Object.prototype) throw new Error(`${type.name} cannot have a field ${name}`);
    const field = fields.get(name) ?? withoutRules(name);
    fields.set(name, field);
    if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION) {
      const condition = metadata.constraints[0] as FieldRules['conditions'][number];
      if (condition === isGiven) field.optional = true;
      else if (condition === isNotNull) field.nullable = true;
      else field.conditions.push(condition);
      continue;
    }
    const { constraints, each } = metadata;
    const [test, nested] = constraints as [Test, NestedRule?];
    const context = metadata.context as RuleContext | undefined;
    if (!context) throw new Error(`${type.name}.${name} has a rule that was not declared with rule()`);
    if (metadata.name === nestedRuleName) field.nested = nested;
    field.normalize ??= context.normalize;
    field.money ??= context.money;
    field.coerce ??= context.coerce;
    const rules = context.afterMembers ? field.rulesAfterMembers : field.rules;
    rules.push({ code: context.code, message: String(metadata.message), each, test });
  }
  return fields;
}

const withoutRules = (name: string): FieldRules => ({
  name,
  optional: false,
  nullable: false,
  conditions: [],
  rules: [],
  rulesAfterMembers: [],
});
