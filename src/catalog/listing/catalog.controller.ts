import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../../http/conditional-requests.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { Endpoint, pageHeaders, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { sendJson } from '../../http/send-json.js';
import { JsonBuffer } from '../../sql/wire/json-buffer.js';
import type { JsonRowWriter } from '../../sql/wire/json-row-writer.js';
import { sendPage } from '../../paging/page.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { CatalogOfferView } from './catalog-offer.dto.js';
import { ListCatalog } from './catalog-query.dto.js';
import { offerTag, shownOffer } from './catalog-row.js';
import { CatalogService } from './catalog.service.js';
import { CatalogWithFacets, FacetsView } from './facets.dto.js';
import { StandingAnswers, type Revisit } from './unchanged-answers.js';

const cacheControl = 'private, max-age=60';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class CatalogController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly standing: StandingAnswers,
  ) {}

  @Get()
  @Endpoint({
    access: 'reseller',
    summary: 'What there is to sell, where, at what price',
    description:
      'All filters must hold. With `facets` the body is `{items, facets}` rather than a bare list; facets and `count` look at the whole result and cost accordingly.',
    response: {
      oneOf: [[CatalogOfferView], CatalogWithFacets],
      description: 'A page of active offers that the reseller may see.',
      headers: { ...pageHeaders, ...etagHeaders },
    },
    conditional: true,
  })
  async listCatalogOffers(
    @CurrentTeam() team: Caller,
    @Query() query: ListCatalog,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', cacheControl);
    const revisit = await this.standing.revisit(team, request);
    if (revisit?.stands(reply)) return undefined;
    // Whoever may have the page already is asked with what little the tag takes; counts would cost twice.
    if (request.headers['if-none-match'] !== undefined && !query.facets && !query.count) {
      const page = await this.catalog.list(team, query, offerTag);
      sendPage(page, request, reply);
      if (settled(page.etag, request, reply, revisit)) return undefined;
    }
    const page = await this.catalog.list(team, query);
    const rows = sendPage(page, request, reply);
    if (settled(page.etag, request, reply, revisit)) return undefined;
    if (!query.facets) return sendJson(shownOffer.list(rows).take(), reply);
    const facets = JSON.stringify(FacetsView.from(page.facets ?? [], query.facets));
    const items = shownOffer.list(rows, new JsonBuffer().put('{"items":'));
    return sendJson(items.put(`,"facets":${facets}}`).take(), reply);
  }

  @Get(':offerId')
  @Endpoint({
    access: 'reseller',
    summary: 'One offer of the catalog',
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
    const revisit = await this.standing.revisit(team, request);
    if (revisit?.stands(reply)) {
      void reply.header('cache-control', cacheControl);
      return undefined;
    }
    const view = request.headers['if-none-match'] === undefined ? shownOffer : offerTag;
    const row = await this.catalog.get(team, offerId, view);
    void reply.header('cache-control', cacheControl);
    if (settled(tagOf(row, view), request, reply, revisit)) return undefined;
    const whole = view === shownOffer ? row : await this.catalog.get(team, offerId);
    void reply.header('etag', tagOf(whole, shownOffer));
    return sendJson(shownOffer.one(whole), reply);
  }
}

/** Answers 304 when the client has what was found, and remembers the tag for the next time. */
function settled(
  etag: string,
  request: FastifyRequest,
  reply: FastifyReply,
  revisit: Revisit | undefined,
): boolean {
  const same = replyNotModified(etag, request, reply);
  revisit?.keep(reply);
  return same;
}

const tagOf = (row: WireRow, view: JsonRowWriter) =>
  versionETag(Number(row.text(view.at('o.version'))), Number(row.text(view.at('p.version'))));
