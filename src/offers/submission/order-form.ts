import { closestWord } from '../../common/edit-distance.js';
import type { FieldError } from '../../common/errors.js';
import { fieldError, type PathStep } from '../../common/field-path.js';
import {
  hasLength,
  isCalendarDay,
  isObject,
  isRfc3339Time,
  isString,
  isWebUrl,
} from '../../validation/checks.js';
import { emailMessage, isEmail, isPhone, phoneMessage } from '../../validation/contact/contact-fields.js';
import { hasVisible } from '../../validation/identifiers.js';
import type { FormField, SubmissionConfig } from './submission-config.dto.js';

/** The fields of an order form, which its provider defines. */
export type OrderForm = readonly FormField[];

const maxTextLength = 5000;
/** The number of values that an error lists. */
const maxListedOptions = 20;

interface ValueKind {
  test: (value: unknown) => boolean;
  /** Completes "items[0].fields.phone …". */
  message: string;
}

const isText = (value: unknown) => isString(value) && hasLength(value, 0, maxTextLength);

const text: ValueKind = { test: isText, message: `must be a string of at most ${maxTextLength} characters` };
const phone: ValueKind = { test: isPhone, message: phoneMessage };
const number: ValueKind = { test: Number.isFinite, message: 'must be a number' };
const flag: ValueKind = { test: (value) => typeof value === 'boolean', message: 'must be true or false' };
const time: ValueKind = {
  test: (value) => isString(value) && isRfc3339Time(value),
  message: 'must be an RFC 3339 date-time such as 2026-01-31T09:30:00Z',
};
/** A field without a type, or of a type that is not listed below. */
const any: ValueKind = {
  test: (value) => isText(value) || number.test(value) || flag.test(value),
  message: `must be a number, true, false or a string of at most ${maxTextLength} characters`,
};

/** The types that HTML forms know, and their usual other names. Case does not matter. */
const kinds = new Map<string, ValueKind>([
  ...['text', 'textarea', 'string', 'password', 'search'].map((type) => [type, text] as const),
  ['email', { test: isEmail, message: emailMessage }],
  ...['tel', 'phone'].map((type) => [type, phone] as const),
  ...['number', 'range'].map((type) => [type, number] as const),
  ['integer', { test: Number.isSafeInteger, message: 'must be an integer' }],
  ...['checkbox', 'boolean'].map((type) => [type, flag] as const),
  ['date', { test: isCalendarDay, message: 'must be a date such as 2026-01-31' }],
  ...['datetime', 'date-time'].map((type) => [type, time] as const),
  ['url', { test: (value) => isString(value) && isWebUrl(value), message: 'must be an http or https URL' }],
]);
const choices = ['select', 'radio', 'dropdown'];

/** Returns the form of an offer; empty if it has none. */
export const orderFormOf = (config: SubmissionConfig | null): OrderForm => config?.formFields ?? [];

/**
 * Checks the values of an order form.
 * @param path of the values in the body
 * @returns an error for each field that is missing, has a value of another type, or is not part of the form
 */
export function orderFormErrors(form: OrderForm, values: object, path: readonly PathStep[]): FieldError[] {
  const given = new Map<string, unknown>(Object.entries(values));
  const errors = form.flatMap((field) => {
    const value = given.get(field.name);
    given.delete(field.name);
    return fieldErrors(field, value, [...path, field.name]);
  });
  const names = form.map(({ name }) => name);
  const unknown = [...given.keys()].map((name) => {
    const closest = closestWord(name, names);
    const advice = closest === undefined ? '' : `; did you mean ${closest}?`;
    return fieldError([...path, name], 'unknown', `is not a field of the order form of this offer${advice}`);
  });
  return [...errors, ...unknown];
}

function fieldErrors(field: FormField, value: unknown, path: readonly PathStep[]): FieldError[] {
  if (value === undefined || value === null || (isString(value) && !hasVisible(value)))
    return field.required
      ? [fieldError(path, 'required', 'is required by the order form of this offer')]
      : [];
  const { test, message } = kindOf(field);
  return test(value) ? [] : [fieldError(path, 'type', message)];
}

function kindOf(field: FormField): ValueKind {
  const type = (field.type ?? '').toLowerCase();
  const options = choices.includes(type) ? optionsOf(field) : [];
  if (options.length === 0) return kinds.get(type) ?? any;
  const listed = options.slice(0, maxListedOptions).join(', ');
  const more = options.length > maxListedOptions ? ', …' : '';
  return { test: (value) => options.includes(value), message: `must be one of ${listed}${more}` };
}

/** Returns the values of a choice: `options: ["a", "b"]` or `options: [{ "value": "a", "label": "A" }]`. */
function optionsOf(field: FormField): unknown[] {
  const { options } = field as { options?: unknown };
  if (!Array.isArray(options)) return [];
  return options.map((option: unknown) => (isObject(option) && 'value' in option ? option.value : option));
}
