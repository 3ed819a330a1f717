import { fieldPath, type PathStep } from '../../common/field-path.js';
import { categories } from '../../offers/categories/all-categories.js';
import { comparedAs, offerCurrency } from '../../offers/categories/compared.js';
import { OfferFields } from '../../offers/offer-fields.js';
import { fieldRules, type DtoClass } from '../../validation/rules.js';
import { isObject } from '../../validation/checks.js';
import type { OfferToCompare } from '../listing/catalog-json.js';
import { declaredUnit, unitInName } from './units.js';

/** Limits that keep a comparison readable. Providers choose the names and the number of the extra keys. */
export const comparisonLimits = { fields: 300, extra: 100, nameLength: 300, valueLength: 1000 };

type Scalar = string | number | boolean | null;
export type ComparedValue = Scalar | Scalar[] | Record<string, never>;

/** A field, or a key of category data that no schema defines, and its values. */
export interface ComparedField {
  /** Path, such as `complianceData.broadbandLabel.typicalDownload`. */
  name: string;
  unit: string | null;
  /** In the order of the offers. */
  values: ComparedValue[];
  /** Whether the name or a value is shortened. */
  cut: boolean;
}

export interface ComparedFields {
  /** The fields that are declared for offers and their categories. */
  fields: ComparedField[];
  /** The names of those whose values differ. */
  differing: string[];
  /** The keys that are not declared, and whose values differ. */
  extra: ComparedField[];
  /** How many are left out because of the limits. */
  omitted: { fields: number; extra: number };
}

/** Parts of an offer with declared members that are compared one by one. */
const termNames = [
  'taxes',
  'fees',
  'introductory',
  'monthlyFees',
  'oneTimeFees',
  'contract',
] as const satisfies readonly (keyof OfferToCompare)[];

const dataParts = [
  ['serviceSpecificData', 'service'],
  ['complianceData', 'compliance'],
] as const;

/** The values at a path in each offer. Undefined if an offer has nothing there. */
interface Place {
  path: PathStep[];
  values: unknown[];
  /** The class that declares the field, and its name; undefined if it is not declared. */
  field?: { owner: DtoClass; name: string };
  /** The classes of the object, or of the objects in the list. */
  types: DtoClass[];
}

/** A place with values that are compared as a whole. */
interface Leaf extends Place {
  shown: ComparedValue[];
  differs: boolean;
}

/**
 * Compares the terms and the category data of offers, member by member. Objects, and lists of objects, are followed down
 * to their scalars: `charges.energy[0].fromKwh`. Other lists are compared as a whole.
 */
export function compareFields(offers: readonly OfferToCompare[]): ComparedFields {
  const leaves = placesOf(offers).flatMap((place) => [...leavesOf(place)]);
  const declared = leaves.filter(({ field }) => field);
  const undeclared = leaves.filter(({ field, differs }) => !field && differs);
  const shown = withinLimit(declared, comparisonLimits.fields);
  const extra = withinLimit(undeclared, comparisonLimits.extra);
  const currencies = offers.map(({ currency }) => currency);
  const fields = shown.map((leaf) => toField(leaf, currencies));
  return {
    fields,
    differing: fields.filter((_, index) => shown[index]?.differs).map(({ name }) => name),
    extra: extra.map((leaf) => toField(leaf, currencies)),
    omitted: { fields: declared.length - shown.length, extra: undeclared.length - extra.length },
  };
}

/** If there are too many, those that do not differ are left out first. */
const withinLimit = (leaves: Leaf[], limit: number) =>
  leaves.length <= limit ? leaves : leaves.filter(({ differs }) => differs).slice(0, limit);

function placesOf(offers: readonly OfferToCompare[]): Place[] {
  const terms: Place = { path: [], values: offers.map(termsOf), types: [OfferFields] };
  const data = dataParts.map(([member, part]) => ({
    path: [member],
    values: offers.map((offer) => offer[member] ?? undefined),
    types: [...new Set(offers.map(({ category }) => categories[category ?? 'other'][part]))],
  }));
  return [terms, ...data];
}

const termsOf = (offer: OfferToCompare) => Object.fromEntries(termNames.map((name) => [name, offer[name]]));

function* leavesOf(place: Place): Generator<Leaf> {
  const { values, field, types } = place;
  const branches = values.map((value) => (isBranch(value) ? value : undefined));
  const ifNull = (field && comparedAs(field.owner, field.name).ifNull) ?? null;
  const shown = values.map((value, index) =>
    value === undefined || branches[index] ? null : ((value ?? ifNull) as ComparedValue),
  );
  if (shown.some((value) => value !== null)) {
    const differs = new Set(shown.map(comparisonKey)).size > 1;
    yield { ...place, shown, differs };
  }
  for (const step of stepsOf(branches, types)) yield* leavesOf(placeBelow(place, branches, step));
}

/** Returns a value that is the same for equal lists. No text contains NUL. */
const comparisonKey = (value: ComparedValue) =>
  typeof value === 'object' && value !== null ? `\0${JSON.stringify(value)}` : value;

/** Returns whether the members of the value are compared one by one. */
const isBranch = (value: unknown): value is object =>
  Array.isArray(value)
    ? value.some((entry) => typeof entry === 'object' && entry !== null)
    : isObject(value) && Object.keys(value).length > 0;

/** Returns the indexes and the names of the members, beginning with declared ones in the order of their declaration. */
function stepsOf(branches: readonly (object | undefined)[], types: readonly DtoClass[]): Set<PathStep> {
  const given = new Set<PathStep>(
    branches.flatMap((branch): PathStep[] =>
      Array.isArray(branch) ? [...branch.keys()] : Object.keys(branch ?? {}),
    ),
  );
  const declared = types.flatMap((type) => [...fieldRules(type).keys()]).filter((name) => given.has(name));
  return new Set([...declared, ...given]);
}

function placeBelow(
  { path, field, types }: Place,
  branches: readonly (object | undefined)[],
  step: PathStep,
): Place {
  const below = { path: [...path, step], values: branches.map((branch) => memberOf(branch, step)) };
  // The entries of a list have the types of the list.
  if (typeof step === 'number') return { ...below, field, types };
  const owner = types.find((type) => fieldRules(type).has(step));
  return {
    ...below,
    field: owner && { owner, name: step },
    types: types.flatMap((type) => fieldRules(type).get(step)?.nested?.type() ?? []),
  };
}

const memberOf = (branch: object | undefined, step: PathStep): unknown =>
  branch && Array.isArray(branch) === (typeof step === 'number') && Object.hasOwn(branch, step)
    ? branch[step as keyof typeof branch]
    : undefined;

function toField(leaf: Leaf, currencies: readonly string[]): ComparedField {
  const { nameLength, valueLength } = comparisonLimits;
  const path = fieldPath(leaf.path);
  const name = cutText(path, nameLength);
  const values = leaf.shown.map((value) => cutValue(value, valueLength));
  const cut = name !== path || values.some((value, index) => value !== leaf.shown[index]);
  return { name, unit: unitOf(leaf, currencies), values, cut };
}

function unitOf({ path, field, shown }: Leaf, currencies: readonly string[]): string | null {
  if (!field) return unitInName(String(path.findLast((step) => typeof step === 'string')));
  const numbers = shown.map((value) => typeof value === 'number');
  if (!numbers.includes(true)) return null;
  const unit = declaredUnit(field.owner, field.name);
  if (unit !== offerCurrency) return unit;
  const [currency, ...others] = new Set(currencies.filter((_, index) => numbers[index]));
  return others.length > 0 ? null : (currency ?? null);
}

const cutText = (text: string, length: number) =>
  text.length <= length ? text : `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;

function cutValue(value: ComparedValue, length: number): ComparedValue {
  if (typeof value === 'string') return cutText(value, length);
  if (!Array.isArray(value) || JSON.stringify(value).length <= length) return value;
  let room = length;
  return value.flatMap((entry) => {
    if (room <= 0) return [];
    const kept = typeof entry === 'string' ? cutText(entry, room) : entry;
    room -= JSON.stringify(kept).length;
    return [kept];
  });
}
