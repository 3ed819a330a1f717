import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagHeaders } from '../../../http/endpoint.js';
import { ApiTags } from '../../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../../paging/answer-budget.js';
import { CurrentTeam, type Caller } from '../../../teams/caller.js';
import { Memory } from '../../../teams/reserve-memory.js';
import {
  DisplayCurrencies,
  currencyHeader,
  IfMatchVersion,
  currencyETag,
  sendWithCurrencyETag,
} from '../../json-api/display-currency.js';
import { BasePath } from '../../json-api/base-path.js';
import { JsonApiEndpoint } from '../../json-api/envelope.js';
import { OffsetQuery } from '../../json-api/offset-page.js';
import { PathIdPipe } from '../../json-api/path-id.pipe.js';
import { planListDocument } from '../offering-documents.js';
import { sumProductPrices } from '../plan-price.js';
import { OfferingReader } from '../offering-reader.service.js';
import { AttachPlans, OfferingPlanDocument, OfferingPlanList, UpdateOfferingPlan } from '../offerings.dto.js';
import { OfferingSnapshotsService } from './offering-snapshots.service.js';
import { planKind } from './snapshot-kind.js';
import { OfferingPlanView } from './snapshot.view.js';

const listResponse = {
  type: OfferingPlanList,
  description: 'The plans of the offering, in the order in which they were attached.',
  headers: etagHeaders,
};

@ApiTags('Subscription offerings')
@Controller('subscriptions/offerings/:id/plans')
export class OfferingPlansController {
  constructor(
    private readonly reader: OfferingReader,
    private readonly snapshots: OfferingSnapshotsService,
  ) {}

  @Get()
  @JsonApiEndpoint({
    access: 'team',
    summary: 'List the plans of a subscription offering',
    description:
      'Returns all plans with their calculated prices, or one page if `page[limit]` is given. If they exceed 4 MiB, the page ends early: follow `links.next`. The `ETag` is that of the offering.',
    requestHeaders: currencyHeader,
    response: listResponse,
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async listOfferingPlans(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Query() query: OffsetQuery,
    @Memory() reserve: ReserveMemory,
    @DisplayCurrencies() currencies: string[],
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingPlanList | undefined> {
    const { offering, page, products } = await this.reader.plans(team, id, query, { reserve });
    const body = planListDocument(page, products, { currencies, url: request.url });
    return sendWithCurrencyETag(body, currencyETag(offering.version, currencies), request, reply);
  }

  @Post('attach')
  @JsonApiEndpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Attach plans to a subscription offering',
    description:
      "Adds snapshots of your team's plans and returns all plans of the offering. An offering can have at most 100 plans. If the offering already has some of the plans, `meta.duplicate_ids` of the error lists them. `If-Match` is compared with the `ETag` of the offering.",
    requestHeaders: currencyHeader,
    response: listResponse,
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async attachOfferingPlans(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Body() { data }: AttachPlans,
    @BasePath() basePath: string,
    @DisplayCurrencies() currencies: string[],
    @IfMatchVersion() ifMatch: string | undefined,
    @Memory() reserve: ReserveMemory,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingPlanList> {
    await this.snapshots.attach({ teamId: team.id, id, ifMatch }, planKind, data.plans);
    // The plans have been attached, so the response is sent at any size.
    const options = { reserve, unlimited: true };
    const { offering, page, products } = await this.reader.plans(team, id, {}, options);
    void reply.header('etag', currencyETag(offering.version, currencies));
    return planListDocument(page, products, { currencies, url: `${basePath}/offerings/${id}/plans` });
  }

  @Put(':planId')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Update a plan of a subscription offering',
    description:
      'Changes only the snapshot, not the original plan. Omitted attributes keep their values; null clears an optional attribute. `If-Match` is compared with the `ETag` of the offering.',
    requestHeaders: currencyHeader,
    response: { type: OfferingPlanDocument, description: 'The updated plan.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateOfferingPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Param('planId', PathIdPipe) planId: string,
    @Body() body: UpdateOfferingPlan,
    @DisplayCurrencies() currencies: string[],
    @IfMatchVersion() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingPlanDocument> {
    const { current, snapshot } = await this.snapshots.update(
      { teamId: team.id, id, ifMatch },
      planKind,
      planId,
      body.data,
    );
    void reply.header('etag', currencyETag(current.offering.version, currencies));
    return { data: OfferingPlanView.from(snapshot, sumProductPrices(current.products), currencies) };
  }

  @Delete(':planId')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Remove a plan from a subscription offering',
    description:
      'Fails with 400 if the plan is the last one in the offering. `If-Match` is compared with the `ETag` of the offering.',
    response: { status: 204, description: 'The plan was removed.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async removeOfferingPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Param('planId', PathIdPipe) planId: string,
    @IfMatchVersion() ifMatch: string | undefined,
  ): Promise<void> {
    await this.snapshots.remove({ teamId: team.id, id, ifMatch }, planKind, planId);
  }
}
