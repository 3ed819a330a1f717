import { states } from '../areas/zip-states.js';
import { exampleIdIn } from '../lazy-swagger/example-ids.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import { PageQuery } from '../paging/page.js';
import { hasLength, isString, isWebUrl, normalizeUrl } from '../validation/checks.js';
import { field, rule, type FieldOptions } from '../validation/field.js';
import { DateField, DateTimeField, EnumField, IdField, TextField } from '../validation/fields.js';
import { Hints } from '../validation/hints/hints.js';
import { PatchType } from '../validation/patch-type.js';
import { ServerManaged } from '../validation/validate.js';
import type { StoredLicense } from './license.entity.js';
import { licenseKinds, type LicenseKind } from './license.js';

const exampleTime = '2026-01-31T09:30:00.000Z';
const orNull = { nullable: true };
const optionalOrNull = { optional: true, nullable: true };

const kindField = {
  description:
    '`puct_rep`: certificate of a retail electric provider, and `puct_broker`: registration of an electricity broker, both of the Public Utility Commission of Texas. `alarm_company` and `insurance_producer`: a license of a state. `fcc_registration`: the FCC Registration Number (FRN).',
  example: 'insurance_producer',
};
const stateField = {
  description:
    'Two-letter code of the state that has issued the license. Required for `alarm_company` and `insurance_producer`; always `TX` for `puct_rep` and `puct_broker`, where it can be omitted; null for `fcc_registration`.',
  example: 'TX',
};
const numberField = {
  description:
    'The number as the authority writes it. Only that of an `fcc_registration` is checked: 10 digits, with leading zeros. Texas certificates usually look like `10004`, broker registrations like `BR190102`, alarm licenses like `B12345` (TX), `ACO1234` (CA) or `EF20000123` (FL).',
  kind: 'identifier',
  min: 1,
  max: 100,
  example: '1854321',
} as const;
const holderField = {
  description: 'The name on the license, if it is not that of your team.',
  kind: 'name',
  max: 200,
  example: 'Corner Shop Insurance Services, LLC',
} as const;
const expiresOnField = {
  description:
    'The last day (UTC) on which the license is valid. From the next day on, it counts as expired. Null if it does not expire.',
  example: '2027-08-31',
};

const isHttpsUrl = (value: unknown) => isWebUrl(String(value)) && /^https:/i.test(String(value));

const DocumentUrlField = (options: Partial<FieldOptions>) =>
  field(
    { type: 'string', maxLength: 2048, pattern: '^[Hh][Tt][Tt][Pp][Ss]://[^\\s\\\\]+$' },
    {
      description: 'https address of the license, or of its entry in the register of the authority.',
      example: 'https://example.com/licenses/1854321.pdf',
      ...options,
    },
    rule({ code: 'type', normalize: normalizeUrl }, 'must be a string', isString),
    rule({ code: 'length' }, 'must be at most 2048 characters long', (value) =>
      hasLength(String(value), 0, 2048),
    ),
    rule({ code: 'format' }, 'must be an https URL', isHttpsUrl),
  );

const serverManagedFields = ['id', 'createdAt', 'updatedAt'];

@Hints({
  kind: { otherNames: ['type', 'licenseType', 'licenseKind'] },
  state: { otherNames: ['jurisdiction', 'issuingState', 'stateCode'] },
  number: { otherNames: ['licenseNumber', 'certificateNumber', 'registrationNumber', 'frn'] },
  holder: { otherNames: ['holderName', 'licensee', 'licenseHolder', 'name'] },
  expiresOn: { otherNames: ['expiresAt', 'expiryDate', 'expirationDate', 'validUntil'] },
  documentUrl: { otherNames: ['url', 'document', 'documentUri'] },
})
@ServerManaged(...serverManagedFields)
export class CreateLicense {
  @EnumField(licenseKinds, kindField)
  kind: LicenseKind;

  @EnumField(states, { ...stateField, ...optionalOrNull })
  state?: string | null;

  @TextField(numberField)
  number: string;

  @TextField({ ...holderField, ...optionalOrNull })
  holder?: string | null;

  @DateField({ ...expiresOnField, ...optionalOrNull })
  expiresOn?: string | null;

  @DocumentUrlField(optionalOrNull)
  documentUrl?: string | null;
}

/** A JSON merge patch (RFC 7396). */
@ServerManaged(...serverManagedFields)
export class UpdateLicense extends PatchType(CreateLicense, []) {}

export class ListLicenses extends PageQuery {
  @EnumField(licenseKinds, { description: 'Only licenses of this kind.', optional: true })
  kind?: LicenseKind;

  @EnumField(states, { description: 'Only licenses of this state.', optional: true })
  state?: string;

  @DateField({
    description: 'Only licenses whose last valid day is before this day, including those that have expired.',
    optional: true,
  })
  expiresBefore?: string;
}

@ApiSchema({ name: 'License' })
export class LicenseView {
  @IdField({ description: 'ID of the license (UUID v7).', example: exampleIdIn('/team/licenses') })
  id: string;

  @EnumField(licenseKinds, kindField)
  kind: LicenseKind;

  @EnumField(states, { ...stateField, ...orNull })
  state: string | null;

  @TextField(numberField)
  number: string;

  @TextField({ ...holderField, ...orNull })
  holder: string | null;

  @DateField({ ...expiresOnField, ...orNull })
  expiresOn: string | null;

  @DocumentUrlField(orNull)
  documentUrl: string | null;

  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updatedAt: string;

  static from(this: void, license: StoredLicense): LicenseView {
    const { id, kind, state, number, holder, expiresOn, documentUrl, createdAt, updatedAt } = license;
    return {
      id,
      kind,
      state,
      number,
      holder,
      expiresOn,
      documentUrl,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}
