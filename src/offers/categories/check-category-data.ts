import type { FieldError } from '../../common/errors.js';
import { validate, type ValidationResult } from '../../validation/validate.js';
import { fieldError } from '../../common/field-path.js';
import { hintsOf } from '../../validation/hints/hints.js';
import { fieldRules } from '../../validation/rules.js';
import { categories, categoryNames, type CategoryName } from './all-categories.js';

/** The category of an offer, and the two objects whose schemas depend on it. */
export interface CategoryData {
  category?: CategoryName | null;
  serviceSpecificData?: object | null;
  complianceData?: object | null;
}

const parts = [
  { member: 'serviceSpecificData', part: 'service' },
  { member: 'complianceData', part: 'compliance' },
] as const;

/**
 * Validates both data objects against the category. Keys that its DTO does not define are allowed.
 * @returns the data objects as they are stored, such as with normalized URLs, and their errors
 */
export function checkCategoryData(
  offer: CategoryData,
): ValidationResult<Pick<CategoryData, 'serviceSpecificData' | 'complianceData'>> {
  const { category } = offer;
  const value: CategoryData = {};
  const errors: FieldError[] = [];
  for (const { member, part } of parts) {
    const data = offer[member];
    if (data === undefined) continue;
    value[member] = data;
    if (data === null) continue;
    const other = category ? otherCategory(category, part, data) : undefined;
    if (!category)
      errors.push(fieldError([member], 'category', 'requires a category, which determines its schema'));
    else if (other)
      errors.push(
        fieldError(
          [member],
          'category',
          `contains data of category ${other}, but the category is ${category}`,
        ),
      );
    else {
      const validated = validate(categories[category][part], data, { allowUnknown: true, path: [member] });
      value[member] = validated.value;
      errors.push(...validated.errors.map((error) => withCategory(error, category)));
    }
  }
  return { value, errors };
}

/**
 * Returns the category whose keys the data contains, if it contains no key of the given category under any name. Keys that
 * several categories share say nothing.
 */
function otherCategory(
  category: CategoryName,
  part: 'service' | 'compliance',
  data: object,
): CategoryName | undefined {
  if (category === 'other') return undefined;
  const keys = Object.keys(data);
  const known = ownersOf(part);
  if (keys.some((key) => known.get(key) === category)) return undefined;
  const other = keys.find((key) => known.has(key));
  if (other === undefined) return undefined;
  const dto = categories[category][part];
  const isOtherName = (key: string) => !fieldRules(dto).has(key) && hintsOf(dto)?.fieldMeantBy(key);
  return keys.some(isOtherName) ? undefined : known.get(other);
}

type Owners = ReadonlyMap<string, CategoryName>;
const owners: { service?: Owners; compliance?: Owners } = {};

/** Returns the category of each key that only one category defines. */
function ownersOf(part: 'service' | 'compliance'): Owners {
  const known = owners[part];
  if (known) return known;
  const all = categoryNames.flatMap((name) =>
    [...fieldRules(categories[name][part]).keys()].map((key) => [key, name] as const),
  );
  const count = (key: string) => all.filter(([other]) => other === key).length;
  return (owners[part] = new Map(all.filter(([key]) => count(key) === 1)));
}

const withCategory = (error: FieldError, category: unknown): FieldError =>
  error.code === 'required'
    ? {
        ...error,
        message: error.message.replace('is required', `is required for category ${String(category)}`),
      }
    : error;
