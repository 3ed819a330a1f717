import { zipOf } from '../../areas/zip-states.js';
import { ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { normalizePromoCode } from '../../promotions/promo-code.js';
import { isObject } from '../../validation/checks.js';
import { idsAt } from '../../validation/unknown-ids.js';
import { validate } from '../../validation/validate.js';
import { PlaceOrder } from './place-order.dto.js';

/** An item of a request, as far as it is valid. */
export interface RequestedItem {
  /** Index in the request. */
  index: number;
  field: 'offerId' | 'productOfferingId';
  /** In lowercase. */
  id: string;
  fields: object;
}

/** A request for an order. */
export interface OrderInput {
  body: PlaceOrder;
  /** All errors that can be found without the database. */
  errors: FieldError[];
  /** The items that can be looked up, although others are invalid. */
  items: RequestedItem[];
  promoCode: string | undefined;
  /** Five digits; undefined outside of the US. */
  zip: string | undefined;
  /** Whether the ZIP code and the country are valid, so that it can be checked which offers serve the address. */
  hasPlace: boolean;
}

/** Validates the body of a request, except for what is ordered. @throws ValidationFailed if it is not an object */
export function parseOrder(body: unknown): OrderInput {
  const { value, errors } = validate(PlaceOrder, body);
  // Nothing of a body that is not an object can be read.
  if (!isObject(body)) throw new ValidationFailed(errors);
  const has = (field: string) => errors.some((error) => error.field === field);
  const items = has('items') ? [] : itemsOf(value, errors);
  const { zipCode, country } = isObject(value.serviceAddress) ? value.serviceAddress : {};
  const zip = country === 'US' ? zipOf(zipCode ?? '') : undefined;
  const hasPlace = !['', '.zipCode', '.country'].some((member) => has(`serviceAddress${member}`));
  if (hasPlace && country === 'US' && zip === undefined)
    errors.push(
      fieldError(['serviceAddress', 'zipCode'], 'format', 'must be a ZIP code such as 94102 or 94102-1234'),
    );
  const promoCode = has('promoCode') ? undefined : normalizePromoCode(value.promoCode ?? undefined);
  return { body: value, errors, items, promoCode, zip, hasPlace: hasPlace && (country !== 'US' || !!zip) };
}

function itemsOf({ items }: PlaceOrder, errors: FieldError[]): RequestedItem[] {
  const seen = new Map<string, number>();
  return items.flatMap((item, index) => {
    if (!isObject(item)) return [];
    const { offerId, productOfferingId, fields } = item;
    if ((offerId === undefined) === (productOfferingId === undefined)) {
      const message = 'must contain exactly one of offerId and productOfferingId';
      errors.push(fieldError(['items', index], 'exactly_one', message));
      return [];
    }
    const field = offerId === undefined ? 'productOfferingId' : 'offerId';
    const [found] = idsAt(['items', index, field], item[field], errors);
    if (!found) return [];
    const key = `${field} ${found.id}`;
    const first = seen.get(key);
    if (first !== undefined) {
      errors.push(fieldError(found.path, 'unique', `must not be the same as items[${first}].${field}`));
      return [];
    }
    seen.set(key, index);
    return [{ index, field, id: found.id, fields: isObject(fields) ? fields : {} }];
  });
}
