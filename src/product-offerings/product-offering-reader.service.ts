import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec } from '../paging/cursor.js';
import { NotFound } from '../common/errors.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page } from '../paging/page.js';
import { Product } from '../products/product.entity.js';
import type { LivePromotion } from '../promotions/live-promotions.js';
import { promoCodeInvalid, promoCodeNotApplicable, readPromoCode } from '../promotions/promo-code.js';
import { PromoCodesService } from '../promotions/promo-codes.service.js';
import { canBrowseProviders, type Caller } from '../teams/caller.js';
import { promoted } from './pricing/apply-promotion.js';
import { listVisible, narrow, readFilters, readVisible } from './product-offerings.query.js';
import { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import { ProductOffering } from './product-offering.entity.js';
import type { ListProductOfferings } from './product-offerings.dto.js';
import type { ProductOfferingDetails } from './product-offering-details.js';

/** What a team may read of the product offerings of all providers, with the price that a promo code gives. */
@Injectable()
export class ProductOfferingReader {
  constructor(
    @InjectRepository(ProductOffering) private readonly offerings: Repository<ProductOffering>,
    private readonly codes: PromoCodesService,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * A page of what the caller sees: a fixed number of statements, however long. Product offerings that the code is
   * not for keep their normal price.
   * @throws DomainError INVALID_CURSOR, PROMO_CODE_INVALID, RATE_LIMITED
   */
  async list(caller: Caller, query: ListProductOfferings): Promise<Page<ProductOfferingDetails>> {
    const code = readPromoCode(query.promoCode);
    const promotions = code === undefined ? [] : await this.liveWith(caller, code);
    const { limit, cursor } = query;
    const filters = readFilters(query, code);
    const list = listVisible(this.offerings.createQueryBuilder('offering'), caller, filters.status);
    narrow(list, filters);
    const bound = { ...filters, limit, cursor };
    const page = await keysetPage(list, bound, {
      name: `product-offerings ${caller.id}`,
      cursors: this.cursors,
    });
    const shown = await this.show(caller, page.items);
    const byOwner = new Map(promotions.map((promotion) => [promotion.teamId, promotion]));
    return { ...page, items: shown.map((each) => promoted(each, byOwner.get(each.offering.teamId)) ?? each) };
  }

  /**
   * One product offering. The code must be one of its owner's.
   * @throws NotFound for one that is unknown or not to be seen, DomainError PROMO_CODE_INVALID,
   * PROMO_CODE_NOT_APPLICABLE, RATE_LIMITED
   */
  async get(caller: Caller, id: string, promoCode?: string): Promise<ProductOfferingDetails> {
    const visible = readVisible(this.offerings.createQueryBuilder('offering'), caller);
    const offering = isUuid(id) ? await visible.andWhere('offering.id = :id', { id }).getOne() : null;
    const [shown] = offering ? await this.show(caller, [offering]) : [];
    if (!shown) throw new NotFound('Product offering');
    const code = readPromoCode(promoCode);
    if (code === undefined) return shown;
    const [promotion] = await this.liveWith(caller, code, shown.offering.teamId);
    const priced = promoted(shown, promotion);
    if (!priced) throw promoCodeNotApplicable();
    return priced;
  }

  /** Puts product and group beside each, in two statements. */
  async show(
    caller: Pick<Caller, 'id'>,
    offerings: ProductOffering[],
    tx: EntityManager = this.offerings.manager,
  ): Promise<ProductOfferingDetails[]> {
    if (offerings.length === 0) return [];
    const productIds = offerings.map(({ productId }) => productId);
    const groupIds = offerings.flatMap(({ groupId }) => groupId ?? []);
    const products = byId(await tx.findBy(Product, { id: In([...new Set(productIds)]) }));
    const groups = byId(await tx.findBy(ProductOfferingGroup, { id: In([...new Set(groupIds)]) }));
    return offerings.flatMap((offering) => {
      const product = products.get(offering.productId);
      const group = groups.get(offering.groupId ?? '') ?? null;
      return product ? [{ offering, product, group, owned: offering.teamId === caller.id }] : [];
    });
  }

  /** The promotions that the code stands for, of one owner or of all whom the caller sees. */
  private async liveWith(caller: Caller, code: string, owner?: string): Promise<LivePromotion[]> {
    const others = owner === undefined && canBrowseProviders(caller);
    const found = await this.codes.find(caller, code, { teamId: owner ?? caller.id, others });
    if (found.length === 0) throw promoCodeInvalid();
    return found;
  }
}

const byId = <T extends { id: string }>(rows: T[]) => new Map(rows.map((row) => [row.id, row]));
