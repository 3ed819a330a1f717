import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../../http/conditional-requests.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { Endpoint, pageHeaders, etagHeaders } from '../../http/endpoint.js';
import { sendJson } from '../../http/send-json.js';
import { JsonBuffer } from '../../sql/wire/json-buffer.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { sendPage } from '../../paging/page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import { CatalogOfferView } from './catalog-offer.dto.js';
import { ListCatalog } from './catalog-query.dto.js';
import { catalogETag, catalogOfferJson, catalogOfferVersions } from './catalog-json.js';
import { CatalogService, type CatalogPage } from './catalog.service.js';
import { CatalogWithFacets, FacetsView } from '../facets/facets.dto.js';
import { NotModifiedCache, type Revalidation } from './not-modified-cache.js';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class CatalogController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly notModified: NotModifiedCache,
  ) {}

  @Get()
  @Endpoint({
    access: 'reseller',
    summary: 'List catalog offers',
    description:
      'Returns the active offers that your team can see and that match all filters. With `facets`, the response body is `{items, facets, facetsAreComplete}` instead of an array. Facets and `count` take longer than reading a page. `count` is exact up to 1,000 offers.',
    response: {
      oneOf: [[CatalogOfferView], CatalogWithFacets],
      description: 'A page of active offers that your team can see.',
      headers: { ...pageHeaders, ...etagHeaders },
    },
    conditional: true,
  })
  async listCatalogOffers(
    @CurrentTeam() team: Caller,
    @Query() query: ListCatalog,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const revalidation = isConditional(request)
      ? await this.notModified.revalidate(team, request)
      : undefined;
    if (revalidation?.replyIfUnchanged(reply)) return undefined;
    // The client may already have the page, so read only what the ETag needs. Facets and counts would be read
    // twice.
    if (isConditional(request) && !query.facets && !query.count) {
      const page = await this.catalog.list(team, query, reserve, catalogOfferVersions);
      sendPage(page, request, reply);
      if (replyIfNotModified(page.etag, request, reply, cacheable(page, revalidation))) return undefined;
    }
    const page = await this.catalog.list(team, query, reserve);
    const rows = sendPage(page, request, reply);
    if (replyIfNotModified(page.etag, request, reply, cacheable(page, revalidation))) return undefined;
    if (!query.facets) return sendJson(catalogOfferJson.writeList(rows).take(), reply);
    const facets = JSON.stringify(FacetsView.from(page.facets ?? [], query.facets));
    const items = catalogOfferJson.writeList(rows, new JsonBuffer().append('{"items":'));
    return sendJson(
      items.append(`,"facets":${facets},"facetsAreComplete":${page.facetsAreComplete}}`).take(),
      reply,
    );
  }

  @Get(':offerId')
  @Endpoint({
    access: 'reseller',
    summary: 'Get a catalog offer',
    description: 'Returns an active offer that your team can see, as `GET /reseller/catalog` lists it.',
    response: { type: CatalogOfferView, description: 'The offer.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getCatalogOffer(
    @CurrentTeam() team: Caller,
    @Param('offerId') offerId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const revalidation = isConditional(request)
      ? await this.notModified.revalidate(team, request)
      : undefined;
    if (revalidation?.replyIfUnchanged(reply)) return undefined;
    const view = isConditional(request) ? catalogOfferVersions : catalogOfferJson;
    const row = await this.catalog.get(team, offerId, view);
    if (replyIfNotModified(catalogETag([row]), request, reply, revalidation)) return undefined;
    // As text, because Node sends a short text together with the headers in one piece.
    if (view === catalogOfferJson) return sendJson(catalogOfferJson.toText(row), reply);
    const offer = await this.catalog.get(team, offerId);
    void reply.header('etag', catalogETag([offer])); // the offer may have changed meanwhile
    return sendJson(catalogOfferJson.toText(offer), reply);
  }
}

const isConditional = ({ headers }: FastifyRequest) => headers['if-none-match'] !== undefined;

/** Answers that depend on the vocabulary are not cached, because its changes are not in the log of catalog changes. */
const cacheable = ({ dependsOnVocabulary }: CatalogPage, revalidation: Revalidation | undefined) =>
  dependsOnVocabulary ? undefined : revalidation;

/** Replies 304 if the client has this version, and caches the ETag for the next request. */
function replyIfNotModified(
  etag: string,
  request: FastifyRequest,
  reply: FastifyReply,
  revalidation: Revalidation | undefined,
): boolean {
  const same = replyNotModified(etag, request, reply);
  revalidation?.remember(etag, reply);
  return same;
}
