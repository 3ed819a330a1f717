import { normalArea, type Area } from '../areas/area.js';
import { ValidationFailed, type FieldError } from '../common/errors.js';
import { isObject } from '../validation/field.js';
import { validate, type ValidationResult } from '../validation/validate.js';
import { fitsCurrency, toMinorUnits } from '../money/money.js';
import { fieldError } from '../common/field-path.js';
import { fieldRules } from '../validation/rules.js';
import { jsonEqual } from '../common/json-equal.js';
import { checkCategoryData } from './categories/check-category-data.js';
import { feeNames } from './pricing/fees.js';
import { columnNames, type OfferColumns, type OfferInput } from './offer-columns.js';
import { OfferFields, type OfferField } from './offer-fields.js';
import { CreateOffer, UpdateOffer, type OfferView } from './offers.dto.js';

const fieldNames = [...fieldRules(OfferFields).keys()] as OfferField[];

/** What an offer is before its owner says anything. */
const blank = {
  ...Object.fromEntries(fieldNames.map((name) => [name, null])),
  status: 'draft',
  complianceStatus: 'unknown',
  visibility: 'public',
} as unknown as OfferFields;

/** Reads the body of a create in the currency of the team. @throws ValidationFailed naming every bad field */
export function parseNewOffer(raw: unknown, currency: string): OfferInput {
  const { columns, area = null } = resolve(validate(CreateOffer, raw), blank, currency);
  return { columns, area };
}

/** What a body makes of an offer; its area is undefined where the body does not name one. */
interface Resolved {
  columns: OfferColumns;
  area?: Area | null;
}

/** What a merge patch makes of an offer, and the columns that it had. */
export interface MergedOffer extends Resolved {
  before: OfferColumns;
}

/** Applies a merge patch to an offer. @throws ValidationFailed naming every bad field that it changes */
export function mergeOffer(current: OfferView, patch: unknown): MergedOffer {
  const fields = fieldsOf(current);
  const { columns, area } = resolve(
    validate(UpdateOffer, withoutSame(patch, fields)),
    fields,
    current.currency,
  );
  return { before: toColumns(fields, current.currency), columns, area };
}

/** A patch without what is so already, which is taken as it is: of a row of an import that is nearly all. */
function withoutSame(patch: unknown, current: OfferFields): unknown {
  if (!isObject(patch, {})) return patch;
  const others = Object.entries(patch as object).filter(
    ([name, value]) => !repeatable.has(name) || !jsonEqual(value, current[name as OfferField]),
  );
  return Object.fromEntries(others);
}

/** An area stays: a view need not tell it, see changeOf(), and beside `availableZipCodes` it is refused. */
const repeatable = new Set<string>(fieldNames.filter((name) => name !== 'serviceArea'));

/** Fields whose value is sound whatever the rest of the offer is, as long as that is not archived. */
const independent = new Set<string>([
  'name',
  'internalName',
  'sku',
  'externalId',
  'metadata',
  'description',
  'internalDescription',
  'marketingHeadline',
  'marketingDescription',
  'keyFeatures',
  'imageUrl',
  'overview',
  'submissionUrl',
  'submissionConfig',
  'pricingType',
  'monthlyPrice',
  'fees',
  'complianceStatus',
  'complianceNotes',
  'visibility',
] satisfies OfferField[]);

/**
 * The columns that a merge patch sets, when they can be judged without the offer: such as a new price. Undefined when
 * they cannot, or when something is wrong with them, which mergeOffer() tells.
 */
export function readDirect(patch: unknown, currency: string): Partial<OfferColumns> | undefined {
  const names = isObject(patch, {}) ? Object.keys(patch as object) : [];
  // Asked first: whatever goes the other way is looked at there.
  if (names.length === 0 || !names.every((name) => independent.has(name))) return undefined;
  const { value, errors } = validate(UpdateOffer, patch);
  if (errors.length > 0 || moneyErrors(value, currency).length > 0) return undefined;
  const columns = toColumns({ ...blank, name: '', ...value }, currency);
  const set = names.map(
    (name) => (name === 'monthlyPrice' ? 'monthlyPriceMinor' : name) as keyof OfferColumns,
  );
  return Object.fromEntries(set.map((name) => [name, columns[name]]));
}

function fieldsOf(view: OfferView): OfferFields {
  const fields: Record<string, unknown> = {};
  for (const name of fieldNames) fields[name] = view[name];
  return fields as unknown as OfferFields;
}

function resolve(
  { value, errors }: ValidationResult<CreateOffer | UpdateOffer>,
  base: OfferFields,
  currency: string,
): Resolved {
  const short = value.availableZipCodes !== undefined;
  const given: Partial<OfferFields> = short ? withShortArea(value) : value;
  const merged = { ...base, ...given };
  const bad = new Set(errors.map((error) => error.field));
  const deeper = [
    ...moneyErrors(given, currency),
    ...(short && value.serviceArea !== undefined ? [bothAreas] : []),
    ...(bad.has('category') ? [] : categoryErrors(given, merged)),
  ];
  const all = [...errors, ...deeper.filter((error) => !bad.has(error.field))];
  if (all.length > 0) throw new ValidationFailed(all);
  const { serviceArea } = given;
  return { columns: toColumns(merged, currency), area: serviceArea && normalArea(serviceArea) };
}

function withShortArea({ availableZipCodes: zipCodes, ...fields }: CreateOffer | UpdateOffer) {
  return { ...fields, serviceArea: zipCodes ? { zipCodes } : null };
}

const bothAreas = fieldError(['availableZipCodes'], 'conflict', 'must not be given beside serviceArea');

/** What was given of the data is judged by the category, and all of the data by another category. */
const categoryErrors = (given: Partial<OfferFields>, merged: OfferFields): FieldError[] =>
  checkCategoryData('category' in given ? merged : { ...given, category: merged.category });

function moneyErrors({ monthlyPrice, fees }: Partial<OfferFields>, currency: string): FieldError[] {
  const errors: FieldError[] = [];
  const judge = (amount: unknown, path: string[]) => {
    if (typeof amount === 'number' && !fitsCurrency(amount, currency))
      errors.push(fieldError(path, 'decimals', `has more decimals than ${currency} allows`));
  };
  judge(monthlyPrice, ['monthlyPrice']);
  if (fees) for (const name of feeNames) judge(fees[name], ['fees', name]);
  return errors;
}

/** Columns that are the fields of the same name. */
const plainNames = columnNames.filter((name) => name !== 'monthlyPriceMinor');
/** To copy one shape and set its members costs V8 a tenth of spreading so many into an object of another shape. */
const unset = Object.fromEntries(columnNames.map((name) => [name, null]));

/** Trims what is a name, and turns the price into the currency's minor unit. */
function toColumns(fields: OfferFields, currency: string): OfferColumns {
  const columns = { ...unset } as Record<keyof OfferColumns, unknown>;
  for (const name of plainNames) columns[name] = fields[name];
  columns.name = fields.name.trim();
  columns.metadata = fields.metadata ?? {};
  columns.keyFeatures = fields.keyFeatures ?? [];
  columns.allowedResellers = (fields.allowedResellers ?? []).map((id) => id.toLowerCase());
  columns.monthlyPriceMinor =
    fields.monthlyPrice === null ? null : toMinorUnits(fields.monthlyPrice, currency);
  return columns as OfferColumns;
}
