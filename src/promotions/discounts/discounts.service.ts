import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec } from '../../paging/cursor.js';
import { NotFound, ValidationFailed, type FieldError } from '../../common/errors.js';
import type { ItemsQuery } from '../../paging/items-page.js';
import { keysetPage } from '../../paging/keyset.js';
import { fitsCurrency, toMinorUnits } from '../../money/money.js';
import { newId } from '../../common/new-id.js';
import type { Page } from '../../paging/page.js';
import { fieldError } from '../../common/field-path.js';
import { Discount } from './discount.entity.js';
import type { CreateDiscount } from './discounts.dto.js';

/** What a provider takes off its prices. A discount never changes: promotions rely on it. */
@Injectable()
export class DiscountsService {
  constructor(
    @InjectRepository(Discount) private readonly discounts: Repository<Discount>,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws ValidationFailed */
  async create(teamId: string, body: CreateDiscount): Promise<Discount> {
    const errors = valueErrors(body);
    if (errors.length > 0) throw new ValidationFailed(errors);
    const now = new Date();
    const discount = this.discounts.create({
      id: newId(),
      teamId,
      description: body.description,
      tag: body.tag ?? null,
      kind: body.kind,
      percent: body.percent ?? null,
      amounts: body.amounts ? inMinor(body.amounts) : null,
      createdAt: now,
      updatedAt: now,
    });
    await this.discounts.insert(discount);
    return discount;
  }

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

/** A discount has what its kind asks for, and not the other. */
function valueErrors({ kind, percent, amounts }: CreateDiscount): FieldError[] {
  const isPercent = kind === 'PERCENT';
  const [wanted, other] = isPercent ? (['percent', 'amounts'] as const) : (['amounts', 'percent'] as const);
  const values = { percent, amounts };
  return [
    ...(values[wanted] ? [] : [fieldError([wanted], 'required', `is required for kind ${kind}`)]),
    ...(values[other] ? [fieldError([other], 'forbidden', `must be left out for kind ${kind}`)] : []),
    ...Object.entries(amounts ?? {})
      .filter(([currency, amount]) => !fitsCurrency(amount, currency))
      .map(([code]) => fieldError(['amounts', code], 'decimals', `has more decimals than ${code} allows`)),
  ];
}

const inMinor = (amounts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(amounts).map(([currency, amount]) => [currency, Number(toMinorUnits(amount, currency))]),
  );
