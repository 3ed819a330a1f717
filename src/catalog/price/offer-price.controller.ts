import { Controller, Get, Param, Query } from '@nestjs/common';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { comparedOfferJson, parseComparedOffer } from '../listing/catalog-json.js';
import { CatalogService } from '../listing/catalog.service.js';
import { isUsage, maxUsages, OfferPriceView, PriceQuery } from './offer-price.dto.js';
import { pricesAt } from './offer-price.js';

const defaultStep = 50;

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class OfferPriceController {
  constructor(private readonly catalog: CatalogService) {}

  @Get(':offerId/price')
  @Endpoint({
    access: 'reseller',
    summary: 'Compute the price of an energy offer',
    description:
      'Computes what a month costs at a usage in kWh, or at all usages of a range, from the charges of the offer. If these are unknown, only the average prices of the Electricity Facts Label are, at 500, 1,000 and 2,000 kWh, or for a plan for small businesses at 1,500, 2,500 and 3,500 kWh.',
    response: { type: OfferPriceView, description: 'The prices.' },
    errors: ['NOT_FOUND'],
  })
  async getCatalogOfferPrice(
    @CurrentTeam() team: Caller,
    @Param('offerId') offerId: string,
    @Query() query: PriceQuery,
  ): Promise<OfferPriceView> {
    const usages = usagesOf(query);
    const row = await this.catalog.get(team, offerId, comparedOfferJson);
    return pricesAt(parseComparedOffer(comparedOfferJson.toText(row)), usages);
  }
}

/** Returns the usages of a query. @throws ValidationFailed */
function usagesOf({ usageKwh, step }: PriceQuery): number[] {
  const refuse = (name: string, message: string) => {
    throw new ValidationFailed([fieldError([name], 'range', message)]);
  };
  const [from = 0, to] = usageKwh.split('..').map(Number);
  if (![from, to ?? from].every(isUsage)) refuse('usageKwh', 'must be from 1 to 100000 kWh');
  if (to === undefined) {
    if (step !== undefined) refuse('step', 'requires a range such as usageKwh=100..3000');
    return [from];
  }
  if (to < from) refuse('usageKwh', 'must be a range whose end is not less than its start');
  const by = step ?? defaultStep;
  const count = Math.floor((to - from) / by) + 1;
  if (count > maxUsages) refuse('step', `must be larger, because a range has at most ${maxUsages} steps`);
  return Array.from({ length: count }, (_, index) => from + index * by);
}
