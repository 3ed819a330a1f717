import { Body, Controller, Delete, Get, Headers, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { createdHeaders, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { JsonApi } from '../json-api/envelope.js';
import { frameOf } from '../json-api/offset-page.js';
import { PathId } from '../json-api/path-id.pipe.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { PlanView } from './plan.view.js';
import {
  CreateSubscriptionPlan,
  ListSubscriptionPlans,
  SubscriptionPlanDocument,
  SubscriptionPlanList,
  UpdateSubscriptionPlan,
} from './plans.dto.js';
import { PlansService } from './plans.service.js';

const path = '/subscriptions/plans';

@ApiTags('Subscription plans')
@Controller('subscriptions/plans')
export class SubscriptionPlansController {
  constructor(private readonly plans: PlansService) {}

  @Post()
  @JsonApi({
    access: 'provider',
    summary: 'Create a plan',
    response: {
      status: 201,
      type: SubscriptionPlanDocument,
      description: 'The new plan.',
      headers: createdHeaders(path),
    },
    errors: ['CONFLICT'],
  })
  async createSubscriptionPlan(
    @CurrentTeam() team: Caller,
    @Body() body: CreateSubscriptionPlan,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionPlanDocument> {
    const plan = await this.plans.create(team.id, body.data);
    void reply.headers({ location: `${path}/${plan.id}`, etag: versionETag(plan.version) });
    return { data: PlanView.from(plan) };
  }

  @Get()
  @JsonApi({
    access: 'provider',
    summary: 'List own plans, oldest first',
    response: { type: SubscriptionPlanList, description: 'A page of plans.' },
    errors: ['INVALID_FILTER'],
  })
  async listSubscriptionPlans(
    @CurrentTeam() team: Caller,
    @Query() query: ListSubscriptionPlans,
    @Req() request: FastifyRequest,
  ): Promise<SubscriptionPlanList> {
    const page = await this.plans.list(team.id, query);
    return { data: page.items.map(PlanView.from), ...frameOf(page, request.url) };
  }

  @Get(':id')
  @JsonApi({
    access: 'provider',
    summary: 'Read an own plan',
    response: { type: SubscriptionPlanDocument, description: 'The plan.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getSubscriptionPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionPlanDocument | undefined> {
    const plan = await this.plans.get(team.id, id);
    return sendWithETag({ data: PlanView.from(plan) }, versionETag(plan.version), request, reply);
  }

  @Put(':id')
  @JsonApi({
    access: 'provider',
    summary: 'Change an own plan',
    description:
      'Only the attributes that are given change; null clears one, and a null currency is dropped from the fixed price. Snapshots inside offerings stay as they are.',
    response: { type: SubscriptionPlanDocument, description: 'The plan as it is now.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateSubscriptionPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Body() body: UpdateSubscriptionPlan,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionPlanDocument> {
    const plan = await this.plans.update(team.id, id, body.data, ifMatch);
    void reply.header('etag', versionETag(plan.version));
    return { data: PlanView.from(plan) };
  }

  @Delete(':id')
  @JsonApi({
    access: 'provider',
    summary: 'Delete an own plan',
    description: 'Refused while an offering holds a snapshot of it; `meta.offering_ids` names them.',
    response: { status: 204, description: 'It is gone.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteSubscriptionPlan(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.plans.delete(team.id, id, ifMatch);
  }
}
