import { ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { mergePatch } from '../validation/merge-patch.js';
import { validate } from '../validation/validate.js';
import type { StoredLicense } from './license.entity.js';
import type { LicenseKind } from './license.js';
import { CreateLicense, LicenseView } from './licenses.dto.js';

/** The columns that a request can set. */
export type LicenseInput = Pick<
  StoredLicense,
  'kind' | 'state' | 'number' | 'holder' | 'expiresOn' | 'documentUrl'
>;

/** Where licenses of each kind are issued: by one state, by any state, or by a federal authority (null). */
const issuers: Record<LicenseKind, string | null> = {
  puct_rep: 'TX',
  puct_broker: 'TX',
  alarm_company: 'any state',
  insurance_producer: 'any state',
  fcc_registration: null,
};

/** The form of FCC Registration Numbers. */
const frn = /^\d{10}$/;

/** Reads the body of a new license. @throws ValidationFailed listing every invalid field */
export function readLicense(body: unknown): LicenseInput {
  const { value, errors } = validate(CreateLicense, body);
  const isInvalid = (name: string) => errors.some(({ field }) => field === name);
  const { kind, number } = value;
  const issuer = isInvalid('kind') ? undefined : issuers[kind];
  const state = value.state ?? (issuer === 'any state' ? null : (issuer ?? null));
  if (issuer !== undefined && !isInvalid('state')) errors.push(...stateErrors(kind, state));
  if (issuer === null && !isInvalid('number') && !frn.test(number))
    errors.push(fieldError(['number'], 'format', 'must be an FRN: 10 digits, with leading zeros'));
  if (errors.length > 0) throw new ValidationFailed(errors);
  return {
    kind,
    state,
    number,
    holder: value.holder || null,
    expiresOn: value.expiresOn ?? null,
    documentUrl: value.documentUrl ?? null,
  };
}

/** Applies a JSON merge patch to a license. @throws ValidationFailed listing every invalid field */
export const patchLicense = (license: StoredLicense, patch: unknown): LicenseInput =>
  readLicense(mergePatch(LicenseView.from(license), patch));

function stateErrors(kind: LicenseKind, state: string | null): FieldError[] {
  const issuer = issuers[kind];
  if (issuer === 'any state')
    return state === null
      ? [fieldError(['state'], 'required', `is required for ${kind}; use the state that issued the license`)]
      : [];
  if (state === issuer) return [];
  const right = issuer === null ? 'null, because the registration is federal' : issuer;
  return [fieldError(['state'], 'enum', `must be ${right}, for ${kind}`)];
}
