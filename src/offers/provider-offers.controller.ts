import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../http/conditional-requests.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { createdHeaders, Endpoint, pageHeaders, etagHeaders, putHeaders } from '../http/endpoint.js';
import { addressETag, versionETag } from '../http/etag.js';
import { sendJson } from '../http/send-json.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { sendPage } from '../paging/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { AddressParam, putDescription } from '../validation/resource-address.js';
import { CreateOffer, DeletedOffer, ListOffers, OfferView, UpdateOffer } from './offers.dto.js';
import { ownOfferJson } from './offer-json.js';
import { identityOfOwnOffer, offerKind } from './lookup/own-offer.js';
import { OffersService } from './offers.service.js';
import { offerExamples } from './categories/offer-examples.js';

@ApiTags('Provider offers')
@Controller('provider/offers')
export class ProviderOffersController {
  constructor(private readonly offers: OffersService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create an offer',
    bodyExamples: offerExamples,
    description:
      'Only `name` is required. The category determines the schema of `serviceSpecificData` and `complianceData`; members that the schema does not define are stored unchanged.',
    body: CreateOffer,
    response: {
      status: 201,
      type: OfferView,
      description: 'The created offer.',
      headers: createdHeaders('/provider/offers'),
    },
    errors: ['CONFLICT', 'QUOTA_EXCEEDED'],
  })
  async createOffer(
    @CurrentTeam() team: Caller,
    // Validated by the service, which reports violations of single-field and cross-field rules together.
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const offer = await this.offers.create(team, body);
    void reply.headers({ location: `/provider/offers/${offer.id}`, etag: versionETag(offer.version) });
    return offer;
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List offers',
    description:
      'Returns the offers of your team, newest first. Sync jobs can find existing offers by `sku` or `externalId`.',
    response: { type: [OfferView], description: 'A page of offers.', headers: pageHeaders },
  })
  async listOffers(
    @CurrentTeam() team: Caller,
    @Query() query: ListOffers,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rows = sendPage(await this.offers.list(team.id, query, reserve), request, reply);
    return sendJson(ownOfferJson.writeList(rows).take(), reply);
  }

  @Get(':id')
  @AddressParam('id', offerKind)
  @Endpoint({
    access: 'provider',
    summary: 'Get an offer',
    description:
      'Returns an offer of your team, whatever its status, with the fields that resellers do not see.',
    response: { type: OfferView, description: 'The offer.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async getOffer(
    @CurrentTeam() team: Caller,
    @Param('id') path: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const row = await this.offers.get(team.id, path);
    const { id, version } = identityOfOwnOffer(row);
    const etag = addressETag(path, id, version);
    return replyNotModified(etag, request, reply) ? undefined : sendJson(ownOfferJson.toBuffer(row), reply);
  }

  @Put(':id')
  @AddressParam('id', { ...offerKind, example: 'sku:FB-500' })
  @Endpoint({
    access: 'provider',
    summary: 'Create or replace an offer',
    description: `${putDescription('offer', ['sku', 'externalId'])} The currency stays as well. The status must be allowed to change from the current one to the one in the body, and what cannot be changed in an archived offer must be the same.`,
    body: CreateOffer,
    response: {
      status: 201,
      type: OfferView,
      description: 'The created offer.',
      headers: putHeaders('/provider/offers'),
    },
    replacedDescription: 'The replaced offer.',
    createsIfNoneMatch: true,
    errors: ['NOT_FOUND', 'CONFLICT', 'QUOTA_EXCEEDED', 'PRECONDITION_FAILED'],
  })
  async putOffer(
    @CurrentTeam() team: Caller,
    @Param('id') path: string,
    // Validated by the service, as in createOffer().
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { offer, created } = await this.offers.put(team, path, body, { ifMatch, ifNoneMatch });
    void reply.code(created ? 201 : 200);
    void reply.headers({
      location: `/provider/offers/${offer.id}`,
      etag: addressETag(path, offer.id, offer.version),
    });
    return offer;
  }

  @Patch(':id')
  @AddressParam('id', offerKind)
  @Endpoint({
    access: 'provider',
    summary: 'Update an offer',
    bodyExamples: {
      price: { summary: 'Change the price', value: { monthlyPrice: 39.9 } },
      pause: { summary: 'Withdraw the offer for now', value: { status: 'inactive' } },
    },
    description:
      'Applies a JSON merge patch (RFC 7396): omitted members keep their values, null clears a member, `fees`, `introductory` and `contract` are merged member by member, and other objects and arrays are replaced as a whole. Values that the patch changes must be valid in the merged offer; values that it repeats are not validated again. In an archived offer, only `metadata`, `internalName` and `internalDescription` can be changed.',
    body: UpdateOffer,
    response: { type: OfferView, description: 'The updated offer.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'QUOTA_EXCEEDED', 'PRECONDITION_FAILED'],
  })
  async updateOffer(
    @CurrentTeam() team: Caller,
    @Param('id') path: string,
    // A merge patch can be validated only after it has been merged with the stored offer.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const offer = await this.offers.update(team, path, body, ifMatch);
    void reply.header('etag', addressETag(path, offer.id, offer.version));
    return sendJson(offer.json, reply);
  }

  @Delete(':id')
  @AddressParam('id', offerKind)
  @Endpoint({
    access: 'provider',
    summary: 'Delete an offer',
    description:
      'Deletes the offer permanently. An offer that has been ordered cannot be deleted; set its status to `archived` instead.',
    response: { type: DeletedOffer, description: 'The offer was deleted. The response contains its ID.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteOffer(
    @CurrentTeam() team: Caller,
    @Param('id') path: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<DeletedOffer> {
    return { id: await this.offers.delete(team.id, path, ifMatch), deleted: true };
  }
}
