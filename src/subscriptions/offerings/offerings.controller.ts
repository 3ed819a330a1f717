import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createdHeaders, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import {
  DisplayCurrencies,
  currencyHeader,
  IfMatchVersion,
  currencyETag,
  sendWithCurrencyETag,
  varyByCurrency,
} from '../json-api/display-currency.js';
import { AttributeList, attributeList } from '../json-api/attributes.js';
import { BasePath } from '../json-api/base-path.js';
import { JsonApiEndpoint } from '../json-api/envelope.js';
import { PathIdPipe } from '../json-api/path-id.pipe.js';
import { offeringDocument, offeringListDocument } from './offering-documents.js';
import { OfferingReader } from './offering-reader.service.js';
import type { OfferingWithSnapshots } from './offering-with-snapshots.js';
import {
  BuildSubscriptionOffering,
  CreateOfferingQuery,
  CreateSubscriptionOffering,
  ListOfferings,
  GetOffering,
  offeringAttributes,
  SubscriptionOfferingDocument,
  SubscriptionOfferingList,
  UpdateSubscriptionOffering,
} from './offerings.dto.js';
import { OfferingsService } from './offerings.service.js';

const createdResponse = {
  status: 201,
  type: SubscriptionOfferingDocument,
  description: 'The created offering.',
  headers: createdHeaders('/subscriptions/offerings'),
} as const;

@ApiTags('Subscription offerings')
@Controller('subscriptions/offerings')
export class SubscriptionOfferingsController {
  constructor(
    private readonly offerings: OfferingsService,
    private readonly reader: OfferingReader,
  ) {}

  @Post()
  @JsonApiEndpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create a subscription offering',
    description:
      'Copies the products and plans in the relationships into the offering. An offering without products or without plans is incomplete and visible only to its owner.',
    response: createdResponse,
    errors: ['CONFLICT'],
  })
  async createSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Body() body: CreateSubscriptionOffering,
    @Query() _query: CreateOfferingQuery,
    @BasePath() basePath: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingDocument> {
    return sendCreated(await this.offerings.create(team.id, body.data), basePath, reply);
  }

  @Post('build')
  @JsonApiEndpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Build a subscription offering from products and plans',
    bodyExamples: {
      inline: {
        summary: 'With products and plans that exist only in this offering',
        value: {
          data: {
            name: 'Bike and helmet',
            external_ref: 'bikes-3',
            products: [
              { name: 'Mountain bike', price: { USD: { amount: 7999 } } },
              { name: 'Helmet', price: { USD: { amount: 990 } } },
            ],
            plans: [
              {
                name: 'Monthly',
                billing_interval_type: 'month',
                billing_frequency: 1,
                plan_length: 12,
                end_behavior: 'roll',
                can_pause: false,
                can_resume: false,
                can_cancel: true,
                base_price_percentage: 10,
              },
              {
                name: 'Yearly',
                billing_interval_type: 'year',
                billing_frequency: 1,
                plan_length: 1,
                end_behavior: 'close',
                can_pause: false,
                can_resume: false,
                can_cancel: true,
                base_price_percentage: 20,
              },
            ],
          },
        },
      },
    },
    description:
      'Creates an offering with snapshots of products and plans in one request. Each entry is the ID or `external_ref` of a product or plan of your team, or the attributes of one that exists only in this offering. Changes to the originals do not affect the snapshots, and vice versa. If an error occurs, nothing is created; `meta.missing_ids` of the error lists all references that do not exist.',
    response: createdResponse,
    errors: ['CONFLICT'],
  })
  async buildSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Body() body: BuildSubscriptionOffering,
    @BasePath() basePath: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingDocument> {
    return sendCreated(await this.offerings.build(team.id, body.data), basePath, reply);
  }

  @Get()
  @JsonApiEndpoint({
    access: 'team',
    summary: 'List subscription offerings',
    description:
      'Returns offerings, oldest first. Providers see their own offerings, resellers see the complete offerings of all providers, and hybrid teams see both. A page with its included snapshots has at most 4 MiB; see `page[limit]`.',
    requestHeaders: currencyHeader,
    response: { type: SubscriptionOfferingList, description: 'A page of offerings.' },
    errors: ['INVALID_FILTER'],
  })
  async listSubscriptionOfferings(
    @CurrentTeam() team: Caller,
    @Query() query: ListOfferings,
    @Memory() reserve: ReserveMemory,
    @DisplayCurrencies() currencies: string[],
    @BasePath() basePath: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingList> {
    const page = await this.reader.list(team, query, reserve);
    varyByCurrency(reply);
    return offeringListDocument(page, query.include, { currencies, basePath, url: request.url });
  }

  @Get('attributes')
  @JsonApiEndpoint({
    access: 'team',
    summary: 'List the attributes of subscription offerings',
    description:
      'Returns the attributes that offerings have, for clients that build forms or tables from them.',
    response: { type: AttributeList, description: 'Names, types and descriptions of the attributes.' },
  })
  listSubscriptionOfferingAttributes(): AttributeList {
    return attributeList(offeringAttributes);
  }

  @Get(':id')
  @JsonApiEndpoint({
    access: 'team',
    summary: 'Get a subscription offering',
    description:
      'Returns an offering. Providers can read their own offerings, resellers the complete offerings of all providers.',
    requestHeaders: currencyHeader,
    response: { type: SubscriptionOfferingDocument, description: 'The offering.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Query() query: GetOffering,
    @Memory() reserve: ReserveMemory,
    @DisplayCurrencies() currencies: string[],
    @BasePath() basePath: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingDocument | undefined> {
    const current = await this.reader.get(team, id, query.include, reserve);
    const body = offeringDocument(current, query.include, { currencies, basePath });
    return sendWithCurrencyETag(body, currencyETag(current.offering.version, currencies), request, reply);
  }

  @Put(':id')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Update a subscription offering',
    description: 'Omitted attributes keep their values. Null clears an optional attribute.',
    response: {
      type: SubscriptionOfferingDocument,
      description: 'The updated offering.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Body() body: UpdateSubscriptionOffering,
    @BasePath() basePath: string,
    @IfMatchVersion() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionOfferingDocument> {
    const updated = await this.offerings.update(team.id, id, body.data, ifMatch);
    void reply.header('etag', versionETag(updated.offering.version));
    return offeringDocument(updated, undefined, { currencies: [], basePath });
  }

  @Delete(':id')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Delete a subscription offering',
    description: 'Deletes the offering and its snapshots. The original products and plans are not affected.',
    response: { status: 204, description: 'The offering was deleted.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async deleteSubscriptionOffering(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @IfMatchVersion() ifMatch: string | undefined,
  ): Promise<void> {
    await this.offerings.delete(team.id, id, ifMatch);
  }
}

function sendCreated(
  created: OfferingWithSnapshots,
  basePath: string,
  reply: FastifyReply,
): SubscriptionOfferingDocument {
  const { id, version } = created.offering;
  void reply.headers({ location: `${basePath}/offerings/${id}`, etag: versionETag(version) });
  return offeringDocument(created, undefined, { currencies: [], basePath });
}
