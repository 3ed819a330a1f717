import { applyDecorators } from '@nestjs/common';
import { isString } from '../checks.js';
import { field, rule, type FieldOptions } from '../field.js';
import { TextField } from '../fields.js';

const maxEmailLength = 254;
const email =
  /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;
const phone = /^\+?[\d ()-]{10,30}$/;

/** Returns whether the text has the form of an e-mail address; international ones are allowed. */
export const isEmail = (value: unknown) =>
  isString(value) && value.length <= maxEmailLength && email.test(value);

/** Returns whether the text is a phone number: digits, spaces, hyphens and parentheses, with at least 10 digits. */
export const isPhone = (value: unknown) =>
  isString(value) && phone.test(value) && value.replace(/\D/g, '').length >= 10;

export const emailMessage = 'must be an e-mail address such as maria@example.com';
export const phoneMessage =
  'must be a phone number of at least 10 digits; spaces, hyphens, parentheses and a leading + are allowed';

/** Declares an e-mail address of at most 254 characters. */
export const EmailField = (options: FieldOptions) =>
  applyDecorators(
    TextField({ max: maxEmailLength, kind: 'identifier', ...options }),
    rule({ code: 'format' }, emailMessage, isEmail),
  );

/** Declares a phone number of 10 to 30 characters. */
export const PhoneField = (options: FieldOptions) =>
  field(
    { type: 'string', minLength: 10, maxLength: 30 },
    options,
    rule({ code: 'type' }, 'must be a string', isString),
    rule({ code: 'format' }, phoneMessage, isPhone),
  );
