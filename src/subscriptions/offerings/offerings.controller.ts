import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { createdHeaders, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { JsonApi } from '../json-api/envelope.js';
import { PathId } from '../json-api/path-id.pipe.js';
import {
  Currencies,
  currencyHeader,
  IfMatch,
  pricedTag,
  sendPriced,
  varies,
} from '../products/subscription-currency.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { offeringDocument, offeringList } from './offering-answers.js';
import { OfferingCatalogService } from './offering-catalog.service.js';
import {
  BuildSubscriptionOffering,
  CreateOfferingQuery,
  CreateSubscriptionOffering,
  ListOfferings,
  ReadOffering,
  SubscriptionOfferingDocument,
  SubscriptionOfferingList,
  UpdateSubscriptionOffering,
} from './offerings.dto.js';
import { OfferingsService } from './offerings.service.js';
import type { WholeOffering } from './offering-with-parts.js';

const path = '/subscriptions/offerings';
const created = {
  status: 201,
  type: SubscriptionOfferingDocument,
  description: 'The new offering.',
  headers: createdHeaders(path),
} as const;

@ApiTags('Subscription offerings')
@Controller('subscriptions/offerings')
export class SubscriptionOfferingsController {
  constructor(
    private readonly offerings: OfferingsService,
    private readonly catalog: OfferingCatalogService,
  ) {}

  @Post()
  @JsonApi({
    access: 'provider',
    summary: 'Create an offering',
    description:
      'Products and plans that the relationships name are copied into it. Until it has one of each it is incomplete: only its owner sees it.',
    response: created,
    errors: ['CONFLICT'],
  })
  async createSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Body() body: CreateSubscriptionOffering,
    @Query() _query: CreateOfferingQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingDocument> {
    return sendCreated(await this.offerings.create(team.id, body.data), reply);
  }

  @Post('build')
  @JsonApi({
    access: 'provider',
    summary: 'Build an offering from products and plans',
    description:
      'Each entry is the id or the external_ref of an own product or plan, or a whole one that lives in this offering only. All is copied; later changes on either side do not travel. It is made as a whole or not at all; `meta.missing_ids` names every reference that leads nowhere.',
    response: created,
    errors: ['CONFLICT'],
  })
  async buildSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Body() body: BuildSubscriptionOffering,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingDocument> {
    return sendCreated(await this.offerings.build(team.id, body.data), reply);
  }

  @Get()
  @JsonApi({
    access: 'team',
    summary: 'List offerings, oldest first',
    description: 'Providers see their own, resellers the complete ones of all providers, hybrid teams both.',
    requestHeaders: currencyHeader,
    response: { type: SubscriptionOfferingList, description: 'A page of offerings.' },
    errors: ['INVALID_FILTER'],
  })
  async listSubscriptionOfferings(
    @CurrentTeam() team: Caller,
    @Query() query: ListOfferings,
    @Currencies() currencies: string[],
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingList> {
    const page = await this.catalog.list(team, query);
    varies(reply);
    return offeringList(page, query.include, { currencies, url: request.url });
  }

  @Get(':id')
  @JsonApi({
    access: 'team',
    summary: 'Read an offering',
    requestHeaders: currencyHeader,
    response: { type: SubscriptionOfferingDocument, description: 'The offering.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Query() query: ReadOffering,
    @Currencies() currencies: string[],
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingDocument | undefined> {
    const whole = await this.catalog.get(team, id);
    const body = offeringDocument(whole, query.include, currencies);
    return sendPriced(body, pricedTag(whole.offering.version, currencies), request, reply);
  }

  @Put(':id')
  @JsonApi({
    access: 'provider',
    summary: 'Change an own offering',
    description: 'Only the attributes that are given change; null clears one.',
    response: {
      type: SubscriptionOfferingDocument,
      description: 'The offering as it is now.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Body() body: UpdateSubscriptionOffering,
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingDocument> {
    const whole = await this.offerings.update(team.id, id, body.data, ifMatch);
    void reply.header('etag', versionETag(whole.offering.version));
    return offeringDocument(whole, undefined, []);
  }

  @Delete(':id')
  @JsonApi({
    access: 'provider',
    summary: 'Delete an own offering with its snapshots',
    description: 'The products and plans that were copied stay.',
    response: { status: 204, description: 'It is gone.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async deleteSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    await this.offerings.delete(team.id, id, ifMatch);
  }
}

function sendCreated(whole: WholeOffering, reply: FastifyReply): SubscriptionOfferingDocument {
  const { id, version } = whole.offering;
  void reply.headers({ location: `${path}/${id}`, etag: versionETag(version) });
  return offeringDocument(whole, undefined, []);
}
