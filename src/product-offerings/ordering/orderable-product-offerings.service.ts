import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toMinorUnits } from '../../money/money.js';
import { providerIsVisible } from '../../teams/provider-visibility.js';
import type { Caller } from '../../teams/caller.js';
import { normalPrice } from '../pricing/product-offering-price.js';
import type { ProductOfferingDetails } from '../product-offering-details.js';
import { ProductOfferingReader } from '../product-offering-reader.service.js';
import { ProductOfferingView } from '../product-offering-view.dto.js';
import { ProductOffering } from '../product-offering.entity.js';

/** Reads the product offerings that a reseller orders. */
@Injectable()
export class OrderableProductOfferings {
  constructor(private readonly reader: ProductOfferingReader) {}

  /**
   * Reads those of the product offerings that every verified reseller can see, and locks them, so that nobody archives or
   * changes them before the transaction ends. All transactions lock in the order of the IDs.
   */
  async lock(
    manager: EntityManager,
    caller: Caller,
    ids: readonly string[],
  ): Promise<ProductOfferingDetails[]> {
    if (ids.length === 0) return [];
    const offerings = await manager
      .createQueryBuilder(ProductOffering, 'offering')
      .where('offering.id = ANY(:ids)', { ids })
      .andWhere("offering.status = 'AVAILABLE'")
      .andWhere(providerIsVisible('offering.teamId'))
      .orderBy('offering.id')
      .setLock('pessimistic_read')
      .getMany();
    return this.reader.loadDetails(caller, offerings, manager);
  }
}

/** Amounts in minor units. */
interface OrderedPrices {
  currency: string;
  monthlyPrice: bigint | null;
  firstMonthly: bigint | null;
  allInMonthly: bigint | null;
}

/** Returns what an order keeps of the price. Amounts per month are known only for prices that are charged each month. */
export function orderedPrices({ offering, price }: ProductOfferingDetails): OrderedPrices {
  const { currency, grossPrice, netPrice, billingCycle } = price ?? normalPrice(offering);
  const isMonthly = billingCycle?.period === 'MONTHLY' && billingCycle.interval === 1;
  const minor = (amount: number) => (isMonthly ? toMinorUnits(amount, currency) : null);
  return {
    currency,
    monthlyPrice: minor(grossPrice),
    firstMonthly: minor(netPrice),
    allInMonthly: minor(grossPrice),
  };
}

/** Returns the JSON of the product offering as teams other than its owner see it, with the discount of a promo code. */
export const productOfferingSnapshot = (details: ProductOfferingDetails) =>
  JSON.stringify(ProductOfferingView.from({ ...details, isOwner: false }));
