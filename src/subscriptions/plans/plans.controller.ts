import { Body, Controller, Delete, Get, Headers, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { createdHeaders, etagHeaders } from '../../http/endpoint.js';
import { defaultExampleId } from '../../lazy-swagger/example-ids.js';
import { versionETag } from '../../http/etag.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import { AttributeList, attributeList } from '../json-api/attributes.js';
import { BasePath } from '../json-api/base-path.js';
import { JsonApiEndpoint } from '../json-api/envelope.js';
import { listDocument, plainList } from '../json-api/offset-page.js';
import { PathIdPipe } from '../json-api/path-id.pipe.js';
import { ContainingOfferingsReader } from '../offerings/containing-offerings.service.js';
import {
  GetWithOfferings,
  idsOf,
  listWithOfferings,
  withOfferings,
} from '../offerings/containing-offerings.view.js';
import { PlanView } from './plan.view.js';
import {
  CreateSubscriptionPlan,
  ListSubscriptionPlans,
  planAttributes,
  SubscriptionPlanDocument,
  SubscriptionPlanList,
  UpdateSubscriptionPlan,
} from './plans.dto.js';
import { PlansService } from './plans.service.js';

@ApiTags('Subscription plans')
@Controller('subscriptions/plans')
export class SubscriptionPlansController {
  constructor(
    private readonly plans: PlansService,
    private readonly containing: ContainingOfferingsReader,
  ) {}

  @Post()
  @JsonApiEndpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create a subscription plan',
    bodyExamples: {
      monthly: {
        summary: 'Monthly, 10 % below the prices of the products',
        value: {
          data: {
            type: 'subscription_plan',
            attributes: {
              name: 'Monthly',
              external_ref: 'monthly-std',
              billing_interval_type: 'month',
              billing_frequency: 1,
              plan_length: 12,
              end_behavior: 'roll',
              can_pause: true,
              can_resume: true,
              can_cancel: true,
              base_price_percentage: 10,
            },
          },
        },
      },
      yearly: {
        summary: 'Yearly, with a price of its own',
        value: {
          data: {
            type: 'subscription_plan',
            attributes: {
              name: 'Yearly',
              external_ref: 'yearly-std',
              billing_interval_type: 'year',
              billing_frequency: 1,
              plan_length: 1,
              end_behavior: 'close',
              can_pause: false,
              can_resume: false,
              can_cancel: true,
              fixed_price: { USD: { amount: 59900, includes_tax: false } },
            },
          },
        },
      },
    },
    description:
      'Creates a plan of your team, which determines how often customers are billed and how the price is calculated. To offer the plan, copy it into an offering.',
    response: {
      status: 201,
      type: SubscriptionPlanDocument,
      description: 'The created plan.',
      headers: createdHeaders('/subscriptions/plans'),
    },
    errors: ['CONFLICT'],
  })
  async createSubscriptionPlan(
    @CurrentTeam() team: Caller,
    @Body() body: CreateSubscriptionPlan,
    @BasePath() basePath: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionPlanDocument> {
    const plan = await this.plans.create(team.id, body.data);
    void reply.headers({ location: `${basePath}/plans/${plan.id}`, etag: versionETag(plan.version) });
    return { data: PlanView.from(plan) };
  }

  @Get()
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'List subscription plans',
    description: 'Returns the plans of your team, oldest first.',
    response: { type: SubscriptionPlanList, description: 'A page of plans.' },
    errors: ['INVALID_FILTER'],
  })
  async listSubscriptionPlans(
    @CurrentTeam() team: Caller,
    @Query() query: ListSubscriptionPlans,
    @Memory() reserve: ReserveMemory,
    @BasePath() basePath: string,
    @Req() request: FastifyRequest,
  ): Promise<SubscriptionPlanList> {
    const page = await this.plans.list(team.id, query, reserve);
    const { url } = request;
    if (!query.include) return listDocument(page, plainList(PlanView.from), url);
    const related = await this.containing.find(team.id, 'plan', idsOf(page.items), {
      reserve,
      all: page.isFixed,
    });
    return listWithOfferings(page, related, PlanView.from, { basePath, url });
  }

  @Get('attributes')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'List the attributes of subscription plans',
    description: 'Returns the attributes that plans have, for clients that build forms or tables from them.',
    response: { type: AttributeList, description: 'Names, types and descriptions of the attributes.' },
  })
  listSubscriptionPlanAttributes(): AttributeList {
    return attributeList(planAttributes);
  }

  @Get(':id')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Get a subscription plan',
    description: 'Returns a plan of your team.',
    response: { type: SubscriptionPlanDocument, description: 'The plan.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getSubscriptionPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Query() { include }: GetWithOfferings,
    @Memory() reserve: ReserveMemory,
    @BasePath() basePath: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionPlanDocument | undefined> {
    const plan = await this.plans.get(team.id, id);
    const body = { data: PlanView.from(plan) };
    // Without ETag, because the version of the plan does not count changes of the offerings.
    if (include)
      return withOfferings(
        body.data,
        await this.containing.find(team.id, 'plan', [id], { reserve, all: true }),
        basePath,
      );
    return sendWithETag(body, versionETag(plan.version), request, reply);
  }

  @Put(':id')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Update a subscription plan',
    bodyExamples: {
      name: {
        summary: 'Change the name',
        value: {
          data: { id: defaultExampleId, type: 'subscription_plan', attributes: { name: 'Every year' } },
        },
      },
    },
    description:
      'Omitted attributes keep their values. Null clears an optional attribute, and a null entry in `fixed_price` removes that currency. Snapshots in offerings do not change.',
    response: { type: SubscriptionPlanDocument, description: 'The updated plan.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateSubscriptionPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Body() body: UpdateSubscriptionPlan,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionPlanDocument> {
    const plan = await this.plans.update(team.id, id, body.data, ifMatch);
    void reply.header('etag', versionETag(plan.version));
    return { data: PlanView.from(plan) };
  }

  @Delete(':id')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Delete a subscription plan',
    description:
      'Fails with 409 while an offering contains a snapshot of the plan. `meta.offering_ids` of the error lists up to 100 of these offerings.',
    response: { status: 204, description: 'The plan was deleted.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteSubscriptionPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.plans.delete(team.id, id, ifMatch);
  }
}
