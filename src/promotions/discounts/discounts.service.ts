import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { Conflict, NotFound, ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { newId } from '../../common/new-id.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import { fitsCurrency, toMinorUnits } from '../../money/money.js';
import { CursorCodec } from '../../paging/cursor.js';
import type { ItemsQuery } from '../../paging/items-page.js';
import { keysetPage } from '../../paging/keyset.js';
import type { Page } from '../../paging/page.js';
import { changedColumns } from '../../sql/changed-columns.js';
import { lockOwn } from '../../sql/own-row.js';
import { Sql } from '../../sql/sql.js';
import { mergePatch } from '../../validation/merge-patch.js';
import { validateOrThrow } from '../../validation/validate.js';
import { FixedAfterRedemption } from '../redemptions/after-redemption.js';
import { Promotion } from '../promotion.entity.js';
import { Discount } from './discount.entity.js';
import { CreateDiscount, DiscountView } from './discounts.dto.js';

type DiscountColumns = Pick<Discount, 'description' | 'tag' | 'kind' | 'percent' | 'amounts'>;

const discountNotFound = () => new NotFound('Discount');

/** Creates, reads, changes and deletes the discounts of a provider. */
@Injectable()
export class DiscountsService {
  constructor(
    @InjectRepository(Discount) private readonly discounts: Repository<Discount>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /** @throws ValidationFailed */
  async create(teamId: string, body: CreateDiscount): Promise<Discount> {
    const now = this.clock.now();
    const row = { id: newId(), teamId, version: 1, createdAt: now, updatedAt: now };
    const discount = this.discounts.create({ ...toColumns(body), ...row });
    await this.discounts.insert(discount);
    return discount;
  }

  /** @throws DomainError INVALID_CURSOR */
  list(teamId: string, query: ItemsQuery): Promise<Page<Discount>> {
    const list = this.discounts.createQueryBuilder('discount').where({ teamId });
    return keysetPage(list, query, { name: `discounts ${teamId}`, cursors: this.cursors });
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<Discount> {
    const discount = isUuid(id) ? await this.discounts.findOneBy({ id, teamId }) : null;
    if (!discount) throw discountNotFound();
    return discount;
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if the patch changes the value of the discount
   * after a promotion with it has been redeemed
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<Discount> {
    return this.sql.transaction(async ({ manager }) => {
      const discount = await lockOwn(manager, Discount, { teamId, id }, discountNotFound);
      requireIfMatch(ifMatch, versionETag(discount.version));
      const merged = mergePatch(DiscountView.from(discount), patch, ['amounts']);
      const columns = toColumns(validateOrThrow(CreateDiscount, merged));
      const changed = changedColumns<DiscountColumns>(discount, columns);
      if (changed.length === 0) return discount;
      const values = changed.filter((name) => valueMembers.has(name));
      if (values.length > 0) await requireUnredeemed(manager, discount, values);
      Object.assign(discount, columns, { version: discount.version + 1, updatedAt: this.clock.now() });
      await manager.update(Discount, { id }, discount);
      return discount;
    });
  }

  /** @throws NotFound, PreconditionFailed; Conflict while a promotion uses the discount */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      // No promotion can start to use the discount while it is locked.
      const discount = await lockOwn(manager, Discount, { teamId, id }, discountNotFound);
      requireIfMatch(ifMatch, versionETag(discount.version));
      const promotion = await manager.findOneBy(Promotion, { teamId, discountId: id });
      if (promotion)
        throw new Conflict(
          `The promotion ${promotion.promoCode} uses the discount, so it cannot be deleted`,
          {
            existingId: promotion.id,
          },
        );
      await manager.delete(Discount, { id });
    });
  }
}

/** The members that determine a price. */
const valueMembers = new Set<string>(['kind', 'percent', 'amounts']);

/**
 * Checks that no promotion with the discount has been redeemed. Locks these promotions, so that none is redeemed
 * before the transaction ends.
 * @throws FixedAfterRedemption naming the changed members
 */
async function requireUnredeemed(
  manager: EntityManager,
  { id, teamId }: Discount,
  changed: readonly string[],
): Promise<void> {
  const [redeemed]: Pick<Promotion, 'id' | 'promoCode'>[] = await manager.query(
    `WITH promoted AS MATERIALIZED
       (SELECT id, promo_code, redemption_count FROM promotions WHERE discount_id = $1 AND team_id = $2 FOR SHARE)
     SELECT id, promo_code AS "promoCode" FROM promoted WHERE redemption_count > 0 LIMIT 1`,
    [id, teamId],
  );
  if (!redeemed) return;
  const reason = `cannot be changed, because the promotion ${redeemed.promoCode} has been redeemed`;
  const errors = changed.map((name) => fieldError([name], 'redeemed', reason));
  throw new FixedAfterRedemption(errors, { existingId: redeemed.id });
}

/** @throws ValidationFailed */
function toColumns(body: CreateDiscount): DiscountColumns {
  const errors = valueErrors(body);
  if (errors.length > 0) throw new ValidationFailed(errors);
  return {
    description: body.description,
    tag: body.tag ?? null,
    kind: body.kind,
    percent: body.percent ?? null,
    amounts: body.amounts ? amountsInMinorUnits(body.amounts) : null,
  };
}

/**
 * Returns an error for each value that is missing, not allowed for the kind or too precise for its currency.
 */
function valueErrors({ kind, percent, amounts }: CreateDiscount): FieldError[] {
  const values = { percent, amounts };
  const [required, forbidden] =
    kind === 'PERCENT' ? (['percent', 'amounts'] as const) : (['amounts', 'percent'] as const);
  return [
    ...(values[required] ? [] : [fieldError([required], 'required', `is required for kind ${kind}`)]),
    ...(values[forbidden] ? [fieldError([forbidden], 'forbidden', `must be omitted for kind ${kind}`)] : []),
    ...Object.entries(amounts ?? {})
      .filter(([currency, amount]) => !fitsCurrency(amount, currency))
      .map(([code]) =>
        fieldError(['amounts', code], 'decimals', `has more decimal places than ${code} allows`),
      ),
  ];
}

const amountsInMinorUnits = (amounts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(amounts).map(([currency, amount]) => [currency, Number(toMinorUnits(amount, currency))]),
  );
