import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendTagged } from '../common/conditional.js';
import { Endpoint, pageHeaders, taggedHeaders } from '../common/endpoint.js';
import { etagOf, listEtag } from '../common/etag.js';
import { sendPage } from '../common/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { CatalogOfferView } from './catalog-offer.dto.js';
import { ListCatalog } from './catalog-query.dto.js';
import { CatalogService } from './catalog.service.js';
import { CatalogWithFacets, FacetsView } from './facets.dto.js';

const cacheControl = 'private, max-age=60';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class CatalogController {
  constructor(private readonly catalog: CatalogService) {}

  @Get()
  @Endpoint({
    access: 'reseller',
    summary: 'What there is to sell, where, at what price',
    description:
      'All filters must hold. With `facets` the body is `{items, facets}` rather than a bare list; facets and `count` look at the whole result and cost accordingly.',
    ok: {
      oneOf: [[CatalogOfferView], CatalogWithFacets],
      description: 'A page of active offers that the reseller may see.',
      headers: { ...pageHeaders, ...taggedHeaders },
    },
    conditional: true,
  })
  async list(
    @CurrentTeam() team: Caller,
    @Query() query: ListCatalog,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = await this.catalog.list(team, query);
    const items = sendPage(page, request, reply).map(CatalogOfferView.from);
    const body = query.facets ? { items, facets: FacetsView.from(page.facets ?? [], query.facets) } : items;
    void reply.header('cache-control', cacheControl);
    return sendTagged(body, listEtag(body, page.next, page.total), request, reply);
  }

  @Get(':offerId')
  @Endpoint({
    access: 'reseller',
    summary: 'One offer of the catalog',
    ok: { type: CatalogOfferView, description: 'The offer.', headers: taggedHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async read(
    @CurrentTeam() team: Caller,
    @Param('offerId') offerId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const row = await this.catalog.get(team, offerId);
    void reply.header('cache-control', cacheControl);
    return sendTagged(CatalogOfferView.from(row), etagOf(row.version, row.providerVersion), request, reply);
  }
}
