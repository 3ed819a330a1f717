import { Sql } from '../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, In, Repository, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec } from '../paging/cursor.js';
import { Conflict, NotFound } from '../common/errors.js';
import { keysetPage } from '../paging/keyset.js';
import { newId } from '../common/new-id.js';
import type { Page } from '../paging/page.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { canBrowseProviders, type Caller } from '../teams/caller.js';
import { Discount } from './discounts/discount.entity.js';
import type { LivePromotion } from './live-promotions.js';
import { readPromoCode } from './promo-code.js';
import { PromoCodesService } from './promo-codes.service.js';
import { readPromotion, toPromotionColumns, toTarget } from './promotion-input.js';
import { Promotion, PromotionTarget } from './promotion.entity.js';
import type { Target } from './promotion-targets.js';
import type { OwnPromotion } from './promotion-views.js';
import type { CreatePromotion, ListPromotions } from './promotions.dto.js';

/** Promotions of a provider, and the look-up of a code. Another team's promotion is not found. */
@Injectable()
export class PromotionsService {
  constructor(
    @InjectRepository(Promotion) private readonly promotions: Repository<Promotion>,
    private readonly dataSource: DataSource,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly codes: PromoCodesService,
  ) {}

  /** @throws ValidationFailed, NotFound for a discount or target that is not the team's, Conflict for a code in use */
  async create(teamId: string, body: CreatePromotion): Promise<OwnPromotion> {
    const { targets, ...columns } = readPromotion(body);
    const promotion = this.promotions.create({ ...columns, ...newRow(teamId) });
    const discount = await this.sql.transaction(async ({ manager }) => {
      const found = await manager.findOneBy(Discount, { id: body.discountId, teamId });
      if (!found) throw new NotFound('Discount');
      await insert(manager, promotion, targets);
      return found;
    });
    return { promotion, discount, targets };
  }

  async list(teamId: string, query: ListPromotions): Promise<Page<OwnPromotion>> {
    const promoCode = readPromoCode(query.promoCode);
    const list = this.promotions.createQueryBuilder('promotion').where({ teamId });
    if (promoCode !== undefined) list.andWhere({ promoCode });
    const bound = { ...query, promoCode };
    const page = await keysetPage(list, bound, { name: `promotions ${teamId}`, cursors: this.cursors });
    return { ...page, items: await this.withParts(page.items) };
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<OwnPromotion> {
    const promotion = isUuid(id) ? await this.promotions.findOneBy({ id, teamId }) : null;
    const [own] = promotion ? await this.withParts([promotion]) : [];
    if (!own) throw new NotFound('Promotion');
    return own;
  }

  /**
   * The promotion that can be redeemed with the code now: the caller's own, else, for those who browse providers,
   * the newest of any.
   * @throws NotFound, DomainError RATE_LIMITED
   */
  async lookUp(caller: Caller, code: string): Promise<LivePromotion> {
    const scope = { teamId: caller.id, others: canBrowseProviders(caller) };
    const [promotion] = await this.codes.find(caller, readPromoCode(code) ?? '', scope);
    if (!promotion) throw new NotFound('Promotion');
    return promotion;
  }

  private async withParts(promotions: Promotion[]): Promise<OwnPromotion[]> {
    if (promotions.length === 0) return [];
    const discountIds = [...new Set(promotions.map(({ discountId }) => discountId))];
    const discounts = await this.dataSource.getRepository(Discount).findBy({ id: In(discountIds) });
    const byId = new Map(discounts.map((discount) => [discount.id, discount]));
    const targets = await this.dataSource.getRepository(PromotionTarget).find({
      where: { promotionId: In(promotions.map(({ id }) => id)) },
      order: { position: 'ASC' },
    });
    return promotions.flatMap((promotion) => {
      const discount = byId.get(promotion.discountId);
      const own = targets.filter(({ promotionId }) => promotionId === promotion.id);
      return discount ? [{ promotion, discount, targets: own.map(toTarget) }] : [];
    });
  }
}

async function insert(
  manager: EntityManager,
  promotion: Promotion,
  targets: readonly Target[],
): Promise<void> {
  const { id: promotionId, teamId, promoCode } = promotion;
  const rows = targets.map((target, position) => ({
    promotionId,
    teamId,
    position,
    ...toPromotionColumns(target),
  }));
  const taken = () =>
    new Conflict(`The promo code ${promoCode} is already used by another promotion of your team`);
  const noOffering = () => new NotFound('Product offering');
  const noGroup = () => new NotFound('Product offering group');
  await translateConstraintErrors({ promotions_promo_code_uq: taken }, () =>
    manager.insert(Promotion, promotion),
  );
  await translateConstraintErrors(
    { promotion_targets_offering_fk: noOffering, promotion_targets_group_fk: noGroup },
    () => manager.insert(PromotionTarget, rows),
  );
}

function newRow(teamId: string) {
  const now = new Date();
  return { id: newId(), teamId, redemptionCount: 0, createdAt: now, updatedAt: now };
}
