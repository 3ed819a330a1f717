import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../http/conditional-requests.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { createdHeaders, Endpoint, pageHeaders, etagHeaders } from '../http/endpoint.js';
import { versionETag } from '../http/etag.js';
import { sendJson } from '../http/send-json.js';
import { sendPage } from '../paging/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { CreateOffer, DeletedOffer, ListOffers, OfferView, UpdateOffer } from './offers.dto.js';
import { ownOffer } from './offer-row.js';
import { OffersService } from './offers.service.js';

@ApiTags('Provider offers')
@Controller('provider/offers')
export class ProviderOffersController {
  constructor(private readonly offers: OffersService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    summary: 'Create an offer',
    description:
      'Only `name` is required. `serviceSpecificData` and `complianceData` follow the category; keys that its schema does not name are kept.',
    body: CreateOffer,
    ok: {
      status: 201,
      type: OfferView,
      description: 'The new offer.',
      headers: createdHeaders('/provider/offers'),
    },
    errors: ['CONFLICT'],
  })
  async createOffer(
    @CurrentTeam() team: Caller,
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
    summary: 'List own offers, newest first',
    description: 'A sync job finds what it made before by `sku` or `externalId`.',
    ok: { type: [OfferView], description: 'A page of offers.', headers: pageHeaders },
  })
  async listOffers(
    @CurrentTeam() team: Caller,
    @Query() query: ListOffers,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rows = sendPage(await this.offers.list(team.id, query), request, reply);
    return sendJson(ownOffer.list(rows).take(), reply);
  }

  @Get(':id')
  @Endpoint({
    access: 'provider',
    summary: 'Read an own offer',
    ok: { type: OfferView, description: 'The offer.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getOffer(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const row = await this.offers.get(team.id, id);
    const etag = versionETag(Number(row.text(ownOffer.at('o.version'))));
    return replyNotModified(etag, request, reply) ? undefined : sendJson(ownOffer.one(row), reply);
  }

  @Patch(':id')
  @Endpoint({
    access: 'provider',
    summary: 'Change an own offer',
    description:
      'A JSON merge patch: only what is sent changes, null clears, objects and lists are replaced whole. What it changes must be valid in the merged result; what it repeats is taken as it is. An archived offer is final.',
    body: UpdateOffer,
    ok: { type: OfferView, description: 'The offer as it is now.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateOffer(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const offer = await this.offers.update(team, id, body, ifMatch);
    void reply.header('etag', versionETag(offer.version));
    return sendJson(offer.body, reply);
  }

  @Delete(':id')
  @Endpoint({
    access: 'provider',
    summary: 'Delete an own offer for good',
    ok: { type: DeletedOffer, description: 'It is gone.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async deleteOffer(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<DeletedOffer> {
    await this.offers.delete(team.id, id, ifMatch);
    return { id, deleted: true };
  }
}
