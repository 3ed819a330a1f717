import type { ValidatorConstraintInterface } from 'class-validator';
import { getMetadataStorage } from 'class-validator/cjs/metadata/MetadataStorage.js';
import { ValidationTypes } from 'class-validator/cjs/validation/ValidationTypes.js';
import type { RuleContext } from './field.js';
import { nestedName, type NestedRule } from './object-fields.js';

export type DtoClass<T extends object = object> = new () => T;

interface Rule {
  context: RuleContext;
  message: string;
  each: boolean;
  test: (value: unknown, owner: object) => boolean;
}

/** The rules of one field as class-validator holds them, ready to run. */
export interface FieldRules {
  name: string;
  /** All must hold for the rules to apply: optional and nullable fields. */
  conditions: ((owner: object, value: unknown) => boolean)[];
  rules: Rule[];
  nested?: NestedRule;
}

const compiled = new WeakMap<DtoClass, Map<string, FieldRules>>();

/** Reads the class-validator declarations of a DTO once and keeps them by field, in the order declared. */
export function fieldRules(type: DtoClass): Map<string, FieldRules> {
  const known = compiled.get(type);
  if (known) return known;
  const fields = compile(type);
  compiled.set(type, fields);
  return fields;
}

function compile(type: DtoClass): Map<string, FieldRules> {
  const storage = getMetadataStorage();
  const fields = new Map<string, FieldRules>();
  for (const metadata of storage.getTargetValidationMetadatas(type, '', false, false)) {
    const name = metadata.propertyName;
    const field = fields.get(name) ?? { name, conditions: [], rules: [] };
    fields.set(name, field);
    if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION) {
      field.conditions.push(metadata.constraints[0] as FieldRules['conditions'][number]);
      continue;
    }
    if (metadata.name === nestedName) field.nested = metadata.constraints[0] as NestedRule;
    for (const constraint of storage.getTargetValidatorConstraints(metadata.constraintCls))
      field.rules.push({
        context: metadata.context as RuleContext,
        message: String(metadata.message),
        each: metadata.each,
        test: testOf(constraint.instance, name),
      });
  }
  return fields;
}

function testOf(constraint: ValidatorConstraintInterface, property: string): Rule['test'] {
  // One for all calls: a body has hundreds of them.
  const args = { value: undefined as unknown, object: noOwner, property, targetName: '', constraints: [] };
  return (value, owner) => {
    args.value = value;
    args.object = owner;
    const holds = constraint.validate(value, args) === true;
    args.value = undefined;
    args.object = noOwner;
    return holds;
  };
}

const noOwner = {};
