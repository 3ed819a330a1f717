import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { NotFound, ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { newId } from '../../common/new-id.js';
import { fitsCurrency, toMinorUnits } from '../../money/money.js';
import { CursorCodec } from '../../paging/cursor.js';
import type { ItemsQuery } from '../../paging/items-page.js';
import { keysetPage } from '../../paging/keyset.js';
import type { Page } from '../../paging/page.js';
import { Discount } from './discount.entity.js';
import type { CreateDiscount } from './discounts.dto.js';

/**
 * Creates and reads the discounts of a provider. Discounts cannot be changed, because promotions depend on
 * them.
 */
@Injectable()
export class DiscountsService {
  constructor(
    @InjectRepository(Discount) private readonly discounts: Repository<Discount>,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /** @throws ValidationFailed */
  async create(teamId: string, body: CreateDiscount): Promise<Discount> {
    const errors = valueErrors(body);
    if (errors.length > 0) throw new ValidationFailed(errors);
    const now = this.clock.now();
    const discount = this.discounts.create({
      id: newId(),
      teamId,
      description: body.description,
      tag: body.tag ?? null,
      kind: body.kind,
      percent: body.percent ?? null,
      amounts: body.amounts ? amountsInMinorUnits(body.amounts) : null,
      createdAt: now,
      updatedAt: now,
    });
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
    if (!discount) throw new NotFound('Discount');
    return discount;
  }
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
