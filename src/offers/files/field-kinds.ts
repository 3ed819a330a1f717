import type { CellKind } from '../../bulk/csv/csv-cell.js';
import { closestWord } from '../../common/edit-distance.js';
import type { PathStep } from '../../common/field-path.js';
import { declaredSchema } from '../../validation/field.js';
import { fieldRules, type DtoClass } from '../../validation/rules.js';
import { categories, categoryNames, type CategoryName } from '../categories/all-categories.js';
import { hintsOf, type HintTable } from '../../validation/hints/hints.js';
import { OfferFields } from '../offer-fields.js';
import { serverManaged, UpdateOffer } from '../offers.dto.js';

/** What can be at a path of an offer. */
export interface Place {
  kind: CellKind;
  /** The DTO of the object, or of the entries of the list; undefined for values of any form. */
  type?: DtoClass;
  isList?: boolean;
  /** The object can have members that its DTO does not define. */
  isOpen?: boolean;
}

const anything: Place = { kind: 'any', isOpen: true };

/** The members whose form depends on the category of the offer. */
export const categoryParts: Readonly<Partial<Record<string, 'service' | 'compliance'>>> = {
  serviceSpecificData: 'service',
  complianceData: 'compliance',
};

/** Members that are accepted in bodies but are no field of an offer. */
const otherMembers: Record<string, Place> = { id: { kind: 'text' }, availableZipCodes: { kind: 'texts' } };

/** Members that the server sets; a file can contain them, as a body can. */
const ignoredMembers = new Set<string>(serverManaged.filter((name) => !Object.hasOwn(otherMembers, name)));

export const isIgnored = (step: PathStep | undefined) => ignoredMembers.has(String(step));

const memberNames = [...fieldRules(OfferFields).keys(), ...Object.keys(otherMembers)];

/**
 * Returns what can be at a path of an offer.
 * @param category undefined if it is unknown; the form of a member is then that of the first category which has it
 * @returns a text that says what is wrong with the path if nothing can be there
 */
export function placeAt(path: readonly PathStep[], category: CategoryName | undefined): Place | string {
  const [first, ...rest] = path;
  const member = typeof first === 'string' ? memberPlace(first) : undefined;
  if (!member) return unknownColumn(String(first), memberNames, hintsOf(UpdateOffer));
  const part = categoryParts[String(first)];
  if (!part || rest.length === 0) return descend(member, rest);
  const candidates = category === undefined ? categoryNames : [category];
  const places = candidates.map((name) =>
    descend({ kind: 'json', type: categories[name][part], isOpen: true }, rest),
  );
  return places.find((place) => typeof place !== 'string' && place !== anything) ?? places[0] ?? anything;
}

function memberPlace(name: string): Place | undefined {
  if (Object.hasOwn(otherMembers, name)) return otherMembers[name];
  return fieldRules(OfferFields).has(name) ? fieldPlace(OfferFields, name) : undefined;
}

function descend(start: Place, steps: readonly PathStep[]): Place | string {
  let place = start;
  for (const step of steps) {
    const { type, isList, isOpen } = place;
    if (place !== anything && Boolean(isList) !== (typeof step === 'number'))
      return isList ? 'is a list; the name must contain the number of the entry, such as [0]' : notKnown;
    if (isList) place = type ? { kind: 'json', type, isOpen } : { kind: 'text' };
    else if (type && fieldRules(type).has(String(step))) place = fieldPlace(type, String(step), isOpen);
    else if (isOpen) place = anything;
    else return type ? unknownColumn(String(step), fieldRules(type).keys(), hintsOf(type)) : notKnown;
  }
  return place;
}

/** @param isOpen whether the object around the field can have any members, as then can those within */
export function fieldPlace(type: DtoClass, name: string, isOpen?: boolean): Place {
  const { nested } = fieldRules(type).get(name) ?? {};
  const schema = (declaredSchema(type, name) ?? {}) as { type?: unknown; maxItems?: number };
  if (nested)
    return {
      kind: 'json',
      type: nested.type(),
      isList: schema.maxItems !== undefined,
      isOpen: isOpen ?? nested.allowUnknown,
    };
  if (schema.type === 'object') return { kind: 'json', isOpen: true };
  if (schema.type === 'array') return { kind: 'texts', isList: true };
  if (schema.type === 'number' || schema.type === 'integer') return { kind: 'number' };
  return { kind: schema.type === 'boolean' ? 'boolean' : schema.type === 'string' ? 'text' : 'any' };
}

const notKnown = 'is not a known column';

function unknownColumn(name: string, known: Iterable<string>, hints?: HintTable): string {
  const meant = hints?.fieldMeantBy(name) ?? closestWord(name, known);
  return meant === undefined ? notKnown : `${notKnown}; did you mean ${meant}?`;
}
