import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Clock } from '../common/clock.js';
import { Conflict, NotFound } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec } from '../paging/cursor.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page } from '../paging/page.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { Duplicate } from '../sql/duplicate.js';
import { Sql } from '../sql/sql.js';
import { canBrowseProviders, type Caller } from '../teams/caller.js';
import { Discount } from './discounts/discount.entity.js';
import { PromoCodeCheckService } from './promo-code-check.service.js';
import { normalizePromoCode } from './promo-code.js';
import type { PromotionDetails } from './promotion-details.js';
import { resolveReferences } from './promotion-references.js';
import { toTargetColumns, type TargetSelector } from './promotion-targets.js';
import { toNewPromotion, validateNewPromotion } from './promotion-validation.js';
import { Promotion, PromotionTarget } from './promotion.entity.js';
import type { ListPromotions } from './promotions.dto.js';
import type { RedeemablePromotion } from './redeemable-promotions.query.js';

/**
 * Creates and reads the promotions of a provider, and finds promotions by promo code. Unless it is requested
 * by its code, another team's promotion is reported as not found.
 */
@Injectable()
export class PromotionsService {
  constructor(
    @InjectRepository(Promotion) private readonly promotions: Repository<Promotion>,
    @InjectRepository(PromotionTarget) private readonly targets: Repository<PromotionTarget>,
    @InjectRepository(Discount) private readonly discounts: Repository<Discount>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly promoCodes: PromoCodeCheckService,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ValidationFailed, also for a discount or targets that the team does not own; Conflict if another
   * promotion of the team already uses the promo code
   */
  async create(teamId: string, body: unknown): Promise<PromotionDetails> {
    const validated = validateNewPromotion(body);
    return this.sql.transaction(async ({ manager }) => {
      const discount = await resolveReferences(manager, teamId, validated);
      const { targets, ...columns } = toNewPromotion(validated.value);
      const now = this.clock.now();
      const row = { id: newId(), teamId, redemptionCount: 0, createdAt: now, updatedAt: now };
      const promotion = this.promotions.create({ ...columns, ...row });
      await insertPromotion(manager, promotion, targets);
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
    return { ...page, items: await this.loadDetails(page.items) };
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<PromotionDetails> {
    const promotion = isUuid(id) ? await this.promotions.findOneBy({ id, teamId }) : null;
    const [details] = promotion ? await this.loadDetails([promotion]) : [];
    if (!details) throw new NotFound('Promotion');
    return details;
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
    if (!promotion) throw new NotFound('Promotion');
    return promotion;
  }

  private async loadDetails(promotions: Promotion[]): Promise<PromotionDetails[]> {
    if (promotions.length === 0) return [];
    const discountIds = [...new Set(promotions.map(({ discountId }) => discountId))];
    const discounts = await this.discounts.findBy({ id: In(discountIds) });
    const discountsById = new Map(discounts.map((discount) => [discount.id, discount]));
    const rows: { id: string; targets: TargetSelector[] }[] = await this.targets.query(targetsOfPromotions, [
      promotions.map(({ id }) => id),
    ]);
    const targetsById = new Map(rows.map(({ id, targets }) => [id, targets]));
    return promotions.flatMap((promotion) => {
      const discount = discountsById.get(promotion.discountId);
      const targets = targetsById.get(promotion.id) ?? [];
      return discount ? [{ promotion, discount, targets }] : [];
    });
  }
}

/** A page can have 50,000 targets. Postgres combines them, because it takes seconds to make an entity of each. */
const targetsOfPromotions = `
  SELECT promotion_id AS id, json_agg(json_strip_nulls(json_build_object('productOfferingId', product_offering_id,
           'productOfferingGroupId', group_slug, 'category', category, 'customerType', customer_type)) ORDER BY position) AS targets
    FROM promotion_targets WHERE promotion_id = ANY($1) GROUP BY promotion_id`;

/** A promotion is shown with its discount and up to 500 targets. */
const bytesOfDetails = `2048 + coalesce((SELECT max(position) + 1 FROM promotion_targets t WHERE t.promotion_id = promotion.id), 0) * 100`;

const targetDeleted = () => new Conflict('A target was deleted at the same time; try again');

async function insertPromotion(
  manager: EntityManager,
  promotion: Promotion,
  targets: readonly TargetSelector[],
): Promise<void> {
  const { id: promotionId, teamId, promoCode } = promotion;
  const rows = targets.map((target, position) => ({
    promotionId,
    teamId,
    position,
    ...toTargetColumns(target),
  }));
  await translateConstraintErrors(
    {
      promotions_promo_code_uq: () =>
        new Duplicate(`The promo code ${promoCode} is already used by another promotion of your team`, {
          text: 'SELECT id FROM promotions WHERE team_id = $1 AND promo_code = $2',
          values: [teamId, promoCode],
        }),
    },
    () => manager.insert(Promotion, promotion),
  );
  await translateConstraintErrors(
    {
      promotion_targets_offering_fk: targetDeleted,
      promotion_targets_group_fk: targetDeleted,
    },
    () => manager.insert(PromotionTarget, rows),
  );
}
