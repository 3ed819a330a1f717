import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../../../lazy-swagger/decorators.js';
import { etagHeaders } from '../../../http/endpoint.js';
import { JsonApi } from '../../json-api/envelope.js';
import { OffsetQuery } from '../../json-api/offset-page.js';
import { PathId } from '../../json-api/path-id.pipe.js';
import {
  Currencies,
  currencyHeader,
  IfMatch,
  pricedTag,
  sendPriced,
} from '../../products/subscription-currency.js';
import { CurrentTeam, type Caller } from '../../../teams/caller.js';
import { planList } from '../offering-answers.js';
import { OfferingCatalogService } from '../offering-catalog.service.js';
import { OfferingPartsService } from './offering-parts.service.js';
import { sumProducts } from '../offering-price.js';
import { AttachPlans, OfferingPlanDocument, OfferingPlanList, UpdateOfferingPlan } from '../offerings.dto.js';
import { planKind } from './part-kind.js';
import { OfferingPlanView } from './part.view.js';

const allPlans = {
  type: OfferingPlanList,
  description: 'All plans in the offering.',
  headers: etagHeaders,
};

@ApiTags('Subscription offerings')
@Controller('subscriptions/offerings/:id/plans')
export class OfferingPlansController {
  constructor(
    private readonly catalog: OfferingCatalogService,
    private readonly parts: OfferingPartsService,
  ) {}

  @Get()
  @JsonApi({
    access: 'team',
    summary: 'List the plans in an offering with their prices',
    description: 'All of them, unless a page is asked for. The ETag is that of the offering.',
    requestHeaders: currencyHeader,
    response: allPlans,
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async listOfferingPlans(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Query() query: OffsetQuery,
    @Currencies() currencies: string[],
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingPlanList | undefined> {
    const whole = await this.catalog.get(team, id);
    const body = planList(whole, query, { currencies, url: request.url });
    return sendPriced(body, pricedTag(whole.offering.version, currencies), request, reply);
  }

  @Post('attach')
  @JsonApi({
    access: 'provider',
    summary: 'Copy more plans into an own offering',
    requestHeaders: currencyHeader,
    response: allPlans,
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async attachOfferingPlans(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Body() { data }: AttachPlans,
    @Currencies() currencies: string[],
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingPlanList> {
    const whole = await this.parts.attach(team.id, { id, ifMatch }, planKind, data.plans);
    void reply.header('etag', pricedTag(whole.offering.version, currencies));
    return planList(whole, {}, { currencies, url: `/subscriptions/offerings/${id}/plans` });
  }

  @Put(':planId')
  @JsonApi({
    access: 'provider',
    summary: 'Change a plan inside an own offering',
    description: 'The plan that it was copied from stays as it is. If-Match is that of the offering.',
    requestHeaders: currencyHeader,
    response: { type: OfferingPlanDocument, description: 'The plan as it is now.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateOfferingPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Param('planId', PathId) planId: string,
    @Body() body: UpdateOfferingPlan,
    @Currencies() currencies: string[],
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingPlanDocument> {
    const { whole, part } = await this.parts.edit(team.id, { id, ifMatch }, planKind, planId, body.data);
    void reply.header('etag', pricedTag(whole.offering.version, currencies));
    return { data: OfferingPlanView.from(part, sumProducts(whole.products), currencies) };
  }

  @Delete(':planId')
  @JsonApi({
    access: 'provider',
    summary: 'Take a plan out of an own offering',
    description: 'The last one stays. If-Match is that of the offering.',
    response: { status: 204, description: 'It is gone.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async removeOfferingPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Param('planId', PathId) planId: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    await this.parts.remove(team.id, { id, ifMatch }, planKind, planId);
  }
}
