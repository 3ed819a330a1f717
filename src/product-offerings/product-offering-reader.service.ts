import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type EntityManager } from 'typeorm';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec } from '../paging/cursor.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page } from '../paging/page.js';
import { summaryColumns } from '../products/product-summary.js';
import { Product } from '../products/product.entity.js';
import { PromoCodeCheckService } from '../promotions/promo-code-check.service.js';
import { normalizePromoCode, promoCodeInvalid, promoCodeNotApplicable } from '../promotions/promo-code.js';
import type {
  PromotionScope,
  RedeemablePromotion,
} from '../promotions/redemptions/redeemable-promotions.query.js';
import { addressNotFound, findAddressed, isPossible, type AddressedKind } from '../sql/addressed-row.js';
import { canBrowseProviders, type Caller } from '../teams/caller.js';
import { parseAddress } from '../validation/resource-address.js';
import { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import { applyPromotion } from './pricing/product-offering-price.js';
import type { ProductOfferingDetails } from './product-offering-details.js';
import { ProductOffering } from './product-offering.entity.js';
import type { ListProductOfferings } from './product-offerings.dto.js';
import {
  applyProductOfferingFilters,
  bytesOfProductAndGroup,
  toProductOfferingFilters,
  whereListedFor,
  whereReadableBy,
} from './product-offerings.query.js';

/** Several product offerings can have the same external ID. They have no SKU. */
export const productOfferingKind: AddressedKind = {
  singular: 'Product offering',
  plural: 'product offerings',
  fields: ['id', 'externalId'],
};

/** Reads the product offerings of all providers that a team can see, with promotional prices. */
@Injectable()
export class ProductOfferingReader {
  constructor(
    @InjectRepository(ProductOffering) private readonly offerings: Repository<ProductOffering>,
    private readonly promoCodes: PromoCodeCheckService,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * Returns a page of the product offerings that the caller can see. The number of SQL statements does not
   * depend on the length of the page. Product offerings to which the promo code does not apply keep their
   * normal price.
   * @throws ValidationFailed; DomainError INVALID_CURSOR, PROMO_CODE_INVALID, RATE_LIMITED
   */
  async list(
    caller: Caller,
    query: ListProductOfferings,
    reserve: ReserveMemory,
  ): Promise<Page<ProductOfferingDetails>> {
    const promoCode = normalizePromoCode(query.promoCode);
    const filters = toProductOfferingFilters(query, promoCode);
    const scope = { teamId: caller.id, includeOtherProviders: canBrowseProviders(caller) };
    const promotions = promoCode === undefined ? [] : await this.requirePromotions(caller, promoCode, scope);
    const list = whereListedFor(this.offerings.createQueryBuilder('offering'), caller, filters.status);
    applyProductOfferingFilters(list, caller, filters);
    const { limit, cursor } = query;
    const page = await keysetPage(
      list,
      { ...filters, limit, cursor },
      {
        name: `product-offerings ${caller.id}`,
        cursors: this.cursors,
        reserve,
        relatedBytes: bytesOfProductAndGroup,
      },
    );
    const items = await this.loadDetails(caller, page.items);
    const byOwner = new Map(promotions.map((promotion) => [promotion.teamId, promotion]));
    return {
      ...page,
      items: items.map((details) => applyPromotion(details, byOwner.get(details.offering.teamId)) ?? details),
    };
  }

  /**
   * Returns one product offering: by its ID, or one of the caller's own by its external ID. The promo code must belong to the owner of the product offering.
   * @throws NotFound if it does not exist or is not visible to the caller; Conflict if several of the caller's product
   * offerings have the external ID; DomainError PROMO_CODE_INVALID,
   * PROMO_CODE_NOT_APPLICABLE, RATE_LIMITED
   */
  async get(caller: Caller, path: string, promoCodeInput?: string): Promise<ProductOfferingDetails> {
    const offering = await this.find(caller, path);
    const [details] = offering ? await this.loadDetails(caller, [offering]) : [];
    if (!details) throw addressNotFound(productOfferingKind, parseAddress(path));
    const promoCode = normalizePromoCode(promoCodeInput);
    if (promoCode === undefined) return details;
    const scope = { teamId: details.offering.teamId, includeOtherProviders: false };
    const [promotion] = await this.requirePromotions(caller, promoCode, scope);
    const promoted = applyPromotion(details, promotion);
    if (!promoted) throw promoCodeNotApplicable();
    return promoted;
  }

  private async find(caller: Caller, path: string): Promise<ProductOffering | null | undefined> {
    const address = parseAddress(path);
    if (address.field !== 'id') {
      const target = { teamId: caller.id, address, kind: productOfferingKind };
      return findAddressed(this.offerings.manager, ProductOffering, target);
    }
    const { value: id } = address;
    const readable = whereReadableBy(this.offerings.createQueryBuilder('offering'), caller);
    return isPossible(productOfferingKind, address)
      ? readable.andWhere('offering.id = :id', { id }).getOne()
      : null;
  }

  /** Adds the product and the group to each product offering, using two SQL statements in total. */
  async loadDetails(
    caller: Pick<Caller, 'id'>,
    offerings: ProductOffering[],
    manager: EntityManager = this.offerings.manager,
  ): Promise<ProductOfferingDetails[]> {
    if (offerings.length === 0) return [];
    const productIds = new Set(offerings.map(({ productId }) => productId));
    const groupIds = new Set(offerings.flatMap(({ groupId }) => groupId ?? []));
    const productOptions = { select: summaryColumns, where: { id: In([...productIds]) } };
    const products = byId(await manager.find(Product, productOptions));
    const groups = byId(await manager.findBy(ProductOfferingGroup, { id: In([...groupIds]) }));
    return offerings.flatMap((offering) => {
      const product = products.get(offering.productId);
      const group = groups.get(offering.groupId ?? '') ?? null;
      return product ? [{ offering, product, group, isOwner: offering.teamId === caller.id }] : [];
    });
  }

  /** @throws DomainError PROMO_CODE_INVALID if no redeemable promotion has the code, RATE_LIMITED */
  private async requirePromotions(
    caller: Caller,
    promoCode: string,
    scope: PromotionScope,
  ): Promise<RedeemablePromotion[]> {
    const promotions = await this.promoCodes.findPromotions(caller, promoCode, scope);
    if (promotions.length === 0) throw promoCodeInvalid();
    return promotions;
  }
}

const byId = <T extends { id: string }>(rows: T[]) => new Map(rows.map((row) => [row.id, row]));
