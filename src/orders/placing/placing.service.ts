import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  readOrderableOffers,
  unchangedOffers,
  type OrderableOffer,
} from '../../catalog/ordering/orderable-offers.js';
import { Clock } from '../../common/clock.js';
import { Conflict, DomainError, ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { newId } from '../../common/new-id.js';
import { Encryption, type Sealed } from '../../encryption/encryption.js';
import { EventLog } from '../../events/event-log.js';
import { markResponseSubject } from '../../idempotency/idempotent-run.js';
import { orderFormErrors } from '../../offers/submission/order-form.js';
import { OrderableProductOfferings } from '../../product-offerings/ordering/orderable-product-offerings.service.js';
import type { ProductOfferingDetails } from '../../product-offerings/product-offering-details.js';
import { PromoCodeCheckService } from '../../promotions/promo-code-check.service.js';
import { promoCodeInvalid } from '../../promotions/promo-code.js';
import type { RedeemablePromotion } from '../../promotions/redemptions/redeemable-promotions.query.js';
import { nameExisting } from '../../sql/duplicate.js';
import { Sql } from '../../sql/sql.js';
import type { Statement } from '../../sql/statement.js';
import type { RawRow, SqlRunner, Transaction } from '../../sql/transaction.js';
import type { Caller } from '../../teams/caller.js';
import { unknownId } from '../../validation/unknown-ids.js';
import { customerTerms } from '../personal-data/customer-terms.js';
import { sealSecrets, type OrderSecrets } from '../personal-data/order-secrets.js';
import { orderedOffer, orderedProductOffering, type OrderedItem } from './ordered-item.js';
import { createdEvent } from './created-event.js';
import { parseOrder, type OrderInput, type RequestedItem } from './order-input.js';
import { insertOrder, toDuplicateOrder, type NewItem, type NewOrder } from './place-order.write.js';
import { placedOrder, type PlacedOrder } from './placed-order.js';
import { redeemFor, storeRedemptions } from './order-redemptions.js';

/** The items of a request whose offers were found, and what is wrong with the others. */
interface Resolved {
  offers: Map<string, OrderedItem>;
  offerings: ProductOfferingDetails[];
  errors: FieldError[];
}

/** What the ID in a field must refer to. */
const subjects = { offerId: 'an offer in your catalog', productOfferingId: 'an available product offering' };

/** Places orders of resellers. */
@Injectable()
export class PlacingService {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly encryption: Encryption,
    private readonly offerings: OrderableProductOfferings,
    private readonly promoCodes: PromoCodeCheckService,
    private readonly events: EventLog,
  ) {}

  /**
   * Places an order completely or not at all. What is ordered is locked, so that it cannot be changed, archived or deleted
   * in the meantime.
   * @throws ValidationFailed, also for what the reseller cannot see, for what is not available at the address, and for the
   * order forms; Conflict if the external ID is already in use; DomainError FORBIDDEN if the reseller is not verified,
   * PROMO_CODE_INVALID, PROMO_CODE_NOT_APPLICABLE, RATE_LIMITED
   */
  async place(reseller: Caller, body: unknown): Promise<PlacedOrder> {
    if (!reseller.verified) throw new DomainError('FORBIDDEN', 'Only verified resellers can place orders');
    const input = parseOrder(body);
    try {
      const order = await this.placeInput(reseller, input);
      markResponseSubject(order.id);
      return order;
    } catch (cause) {
      // The error names the external ID, which is erased with the order that has it.
      const existingId = cause instanceof Conflict ? cause.extra.existingId : undefined;
      if (typeof existingId === 'string') markResponseSubject(existingId);
      throw cause;
    }
  }

  private async placeInput(reseller: Caller, input: OrderInput): Promise<PlacedOrder> {
    const onlyOffers = input.items.every(({ field }) => field === 'offerId');
    const placed =
      onlyOffers && input.promoCode === undefined
        ? await nameExisting(this.sql, () =>
            this.sql.onConnection((runner) => this.tryPlace(runner, reseller, input)),
          )
        : undefined;
    return placed ?? this.placeLocked(reseller, input);
  }

  /**
   * Places an order of offers alone with two statements and no lock in between, which takes half the round trips.
   * @returns undefined if one of the offers has changed after it was read
   */
  private async tryPlace(
    runner: SqlRunner,
    reseller: Caller,
    input: OrderInput,
  ): Promise<PlacedOrder | undefined> {
    const ids = input.items.map(({ id }) => id);
    const offers = await readOrderableOffers(runner, reseller, ids, input.zip, { lock: false });
    const errors = [...input.errors, ...itemErrors(input, offers, [])];
    if (errors.length > 0) throw new ValidationFailed(errors);
    const byId = new Map(offers.map((offer) => [offer.id, orderedOffer(offer)]));
    const items = ids.flatMap((id) => byId.get(id) ?? []);
    const order = this.newOrder(reseller, input, items);
    const statement = insertOrder(order, (params) => unchangedOffers(reseller, offers, input.zip, params));
    const rows = await this.insert(runner, order, statement);
    if (rows.length === 0) return undefined;
    this.events.announce();
    return placedOrder(order, secretsOf(input), input.items, rows);
  }

  private async placeLocked(reseller: Caller, input: OrderInput): Promise<PlacedOrder> {
    const promotions = await this.findPromotions(reseller, input);
    return this.sql.transaction(async (tx) => {
      const resolved = await this.resolve(tx, reseller, input);
      const errors = [...input.errors, ...resolved.errors];
      if (errors.length > 0) throw new ValidationFailed(errors);
      const items = await this.priceItems(tx.manager, input, resolved, promotions);
      const order = this.newOrder(reseller, input, items);
      const rows = await this.insert(tx, order, insertOrder(order));
      await storeRedemptions(tx.manager, order);
      this.events.announce(tx);
      return placedOrder(order, secretsOf(input), input.items, rows);
    });
  }

  /** @throws Duplicate */
  private insert(runner: SqlRunner, order: NewOrder, statement: Statement): Promise<RawRow[]> {
    return runner.rows(statement).catch((cause: unknown) => {
      throw toDuplicateOrder(cause, order);
    });
  }

  /** Finds the promotions before the transaction, because failed attempts also count if it is rolled back. */
  private async findPromotions(
    reseller: Caller,
    { promoCode, errors }: OrderInput,
  ): Promise<RedeemablePromotion[]> {
    if (promoCode === undefined || errors.length > 0) return [];
    const scope = { teamId: reseller.id, includeOtherProviders: true };
    const promotions = await this.promoCodes.findPromotions(reseller, promoCode, scope);
    if (promotions.length === 0) throw promoCodeInvalid();
    return promotions;
  }

  private async resolve(tx: Transaction, reseller: Caller, input: OrderInput): Promise<Resolved> {
    const idsOf = (name: RequestedItem['field']) =>
      input.items.filter(({ field }) => field === name).map(({ id }) => id);
    const offers = await readOrderableOffers(tx, reseller, idsOf('offerId'), input.zip, { lock: true });
    const offerings = await this.offerings.lock(tx.manager, reseller, idsOf('productOfferingId'));
    const errors = itemErrors(input, offers, offerings);
    return { offers: new Map(offers.map((offer) => [offer.id, orderedOffer(offer)])), offerings, errors };
  }

  /** Redeems the promo code, and returns the items with their prices in the order of the request. */
  private async priceItems(
    manager: EntityManager,
    { items, promoCode }: OrderInput,
    { offers, offerings }: Resolved,
    promotions: readonly RedeemablePromotion[],
  ): Promise<OrderedItem[]> {
    const priced = promoCode === undefined ? [] : await redeemFor(manager, offerings, promotions);
    const promoted = new Map(priced.map((item) => [item.productOfferingId, item]));
    const others = new Map(offerings.map((details) => [details.offering.id, details]));
    return items.flatMap(({ field, id }) => {
      const details = others.get(id);
      const offering = promoted.get(id) ?? (details && orderedProductOffering(details, null));
      return (field === 'offerId' ? offers.get(id) : offering) ?? [];
    });
  }

  private newOrder(reseller: Caller, input: OrderInput, ordered: readonly OrderedItem[]): NewOrder {
    const createdAt = this.clock.now();
    const id = newId(createdAt.getTime());
    const { externalId, customerInfo, serviceAddress: address } = input.body;
    return {
      id,
      resellerId: reseller.id,
      resellerName: reseller.name,
      apiKeyId: reseller.keyId,
      externalId: externalId ?? null,
      promoCode: input.promoCode ?? null,
      sealed: sealSecrets(this.encryption, 'orders', id, secretsOf(input)),
      customerTerms: customerTerms(this.encryption, reseller.id, customerInfo),
      createdAt,
      items: ordered.map((each, index): NewItem => {
        const itemId = newId(createdAt.getTime());
        const sealed = this.sealFields(itemId, input.items[index]?.fields ?? {});
        const event = createdEvent(this.encryption, { id, reseller, address, at: createdAt }, itemId, each);
        return { ...each, id: itemId, sealed, event };
      }),
    };
  }

  private sealFields(itemId: string, fields: object): Sealed | null {
    if (Object.keys(fields).length === 0) return null;
    const secrets = { fields, providerNotes: null, metadata: {} };
    return sealSecrets(this.encryption, 'order_items', itemId, secrets);
  }
}

/** Returns an error for each item whose offer was not found, does not serve the address, or has an invalid form. */
function itemErrors(
  { items, hasPlace }: OrderInput,
  offers: readonly OrderableOffer[],
  offerings: readonly ProductOfferingDetails[],
): FieldError[] {
  const offersById = new Map(offers.map((offer) => [offer.id, offer]));
  const offeringIds = new Set(offerings.map(({ offering }) => offering.id));
  return items.flatMap(({ index, field, id, fields }) => {
    const path = ['items', index, field];
    const offer = field === 'offerId' ? offersById.get(id) : undefined;
    if (field === 'offerId' ? !offer : !offeringIds.has(id)) return [unknownId(path, subjects[field])];
    const form = orderFormErrors(offer?.form ?? [], fields, ['items', index, 'fields']);
    if (!offer || offer.servesAddress || !hasPlace) return form;
    return [fieldError(path, 'area', 'is not available at the service address'), ...form];
  });
}

const secretsOf = ({ body }: OrderInput): OrderSecrets => ({
  customerInfo: body.customerInfo,
  serviceAddress: body.serviceAddress,
  notes: body.notes ?? null,
  metadata: body.metadata ?? {},
});
