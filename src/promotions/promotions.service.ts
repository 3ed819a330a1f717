import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Clock } from '../common/clock.js';
import { Conflict, NotFound } from '../common/errors.js';
import { jsonEqual } from '../common/json-equal.js';
import { newId } from '../common/new-id.js';
import { requireIfMatch } from '../http/etag.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec } from '../paging/cursor.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page } from '../paging/page.js';
import { changedColumns } from '../sql/changed-columns.js';
import { lockOwn } from '../sql/own-row.js';
import { Sql } from '../sql/sql.js';
import { canBrowseProviders, type Caller } from '../teams/caller.js';
import { mergePatch } from '../validation/merge-patch.js';
import { Discount } from './discounts/discount.entity.js';
import { PromoCodeCheckService } from './promo-code-check.service.js';
import { normalizePromoCode } from './promo-code.js';
import { promotionETag, type PromotionDetails } from './promotion-details.js';
import { resolveReferences } from './promotion-references.js';
import type { TargetSelector } from './promotion-targets.js';
import { requireHistoryKept, toPromotionInput, validatePromotion } from './promotion-validation.js';
import { OwnPromotionView } from './promotion-view.dto.js';
import { Promotion } from './promotion.entity.js';
import type { ListPromotions } from './promotions.dto.js';
import { replaceTargets, storePromotion } from './promotions.write.js';
import type { RedeemablePromotion } from './redemptions/redeemable-promotions.query.js';

const promotionNotFound = () => new NotFound('Promotion');

/**
 * Creates, reads, changes and deletes the promotions of a provider, and finds promotions by promo code. Unless it
 * is requested by its code, another team's promotion is reported as not found.
 */
@Injectable()
export class PromotionsService {
  constructor(
    @InjectRepository(Promotion) private readonly promotions: Repository<Promotion>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly promoCodes: PromoCodeCheckService,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ValidationFailed, also for a discount or targets that the team does not own; Conflict if another
   * promotion of the team that has not ended uses the promo code
   */
  async create(teamId: string, body: unknown): Promise<PromotionDetails> {
    const validated = validatePromotion(body);
    return this.sql.transaction(async ({ manager }) => {
      const discount = await resolveReferences(manager, teamId, validated);
      const { targets, ...columns } = toPromotionInput(validated.value);
      const now = this.clock.now();
      const row = { id: newId(), teamId, redemptionCount: 0, version: 1, createdAt: now, updatedAt: now };
      const promotion = this.promotions.create({ ...columns, ...row });
      await storePromotion(manager, promotion, this.clock.today(), () =>
        manager.insert(Promotion, promotion),
      );
      await replaceTargets(manager, promotion, targets);
      return { promotion, discount, targets };
    });
  }

  /** @throws DomainError INVALID_CURSOR */
  async list(teamId: string, query: ListPromotions, reserve: ReserveMemory): Promise<Page<PromotionDetails>> {
    const promoCode = normalizePromoCode(query.promoCode);
    const list = this.promotions.createQueryBuilder('promotion').where({ teamId });
    if (promoCode !== undefined) list.andWhere({ promoCode });
    const pageQuery = { ...query, promoCode };
    const page = await keysetPage(list, pageQuery, {
      name: `promotions ${teamId}`,
      cursors: this.cursors,
      reserve,
      relatedBytes: bytesOfDetails,
    });
    return { ...page, items: await loadDetails(this.promotions.manager, page.items) };
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<PromotionDetails> {
    const promotion = isUuid(id) ? await this.promotions.findOneBy({ id, teamId }) : null;
    if (!promotion) throw promotionNotFound();
    return detailsOf(this.promotions.manager, promotion);
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if the promo code is in use, or if the patch
   * changes what customers got who have redeemed the promotion
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<PromotionDetails> {
    return this.sql.transaction(async ({ manager }) => {
      // Redemptions wait for this lock, so that their number does not change in the meantime.
      const promotion = await lockOwn(manager, Promotion, { teamId, id }, promotionNotFound);
      const current = await detailsOf(manager, promotion);
      requireIfMatch(ifMatch, promotionETag(current));
      const merged = mergePatch(OwnPromotionView.fromDetails(current), patch, []);
      const validated = validatePromotion(merged);
      const discount = await resolveReferences(manager, teamId, validated);
      const { targets, ...columns } = toPromotionInput(validated.value);
      const hasSameTargets = jsonEqual(current.targets, targets);
      if (hasSameTargets && changedColumns(promotion, columns).length === 0) return current;
      requireHistoryKept(promotion, columns);
      Object.assign(promotion, columns, { version: promotion.version + 1, updatedAt: this.clock.now() });
      await storePromotion(manager, promotion, this.clock.today(), () =>
        manager.update(Promotion, { id }, promotion),
      );
      if (!hasSameTargets) await replaceTargets(manager, promotion, targets);
      return { promotion, discount, targets };
    });
  }

  /** @throws NotFound, PreconditionFailed; Conflict if the promotion has been redeemed */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const promotion = await lockOwn(manager, Promotion, { teamId, id }, promotionNotFound);
      requireIfMatch(ifMatch, promotionETag(await detailsOf(manager, promotion)));
      if (promotion.redemptionCount > 0)
        throw new Conflict(
          'The promotion has been redeemed and cannot be deleted; to stop it, set active to false',
        );
      await manager.delete(Promotion, { id });
    });
  }

  /**
   * Returns the promotion that can be redeemed with the code now: the caller's own or, if the caller has none
   * and can browse providers, the newest promotion of any provider.
   * @throws NotFound; DomainError RATE_LIMITED
   */
  async getByCode(caller: Caller, promoCode: string): Promise<RedeemablePromotion> {
    const scope = { teamId: caller.id, includeOtherProviders: canBrowseProviders(caller) };
    const code = normalizePromoCode(promoCode) ?? '';
    const [promotion] = await this.promoCodes.findPromotions(caller, code, scope);
    if (!promotion) throw promotionNotFound();
    return promotion;
  }
}

/** @throws NotFound if the promotion and its discount have just been deleted */
async function detailsOf(manager: EntityManager, promotion: Promotion): Promise<PromotionDetails> {
  const [details] = await loadDetails(manager, [promotion]);
  if (!details) throw promotionNotFound();
  return details;
}

async function loadDetails(manager: EntityManager, promotions: Promotion[]): Promise<PromotionDetails[]> {
  if (promotions.length === 0) return [];
  const discountIds = [...new Set(promotions.map(({ discountId }) => discountId))];
  const discounts = await manager.findBy(Discount, { id: In(discountIds) });
  const discountsById = new Map(discounts.map((discount) => [discount.id, discount]));
  const ids = promotions.map(({ id }) => id);
  const rows: { id: string; targets: TargetSelector[] }[] = await manager.query(targetsOfPromotions, [ids]);
  const targetsById = new Map(rows.map(({ id, targets }) => [id, targets]));
  return promotions.flatMap((promotion) => {
    const discount = discountsById.get(promotion.discountId);
    const targets = targetsById.get(promotion.id) ?? [];
    return discount ? [{ promotion, discount, targets }] : [];
  });
}

/** A page can have 50,000 targets. Postgres combines them, because it takes seconds to make an entity of each. */
const targetsOfPromotions = `
  SELECT promotion_id AS id, json_agg(json_strip_nulls(json_build_object('productOfferingId', product_offering_id,
           'productOfferingGroupId', group_slug, 'category', category, 'customerType', customer_type)) ORDER BY position) AS targets
    FROM promotion_targets WHERE promotion_id = ANY($1) GROUP BY promotion_id`;

/** A promotion is shown with its discount and up to 500 targets. */
const bytesOfDetails = `2048 + coalesce((SELECT max(position) + 1 FROM promotion_targets t WHERE t.promotion_id = promotion.id), 0) * 100`;
