import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendTagged } from '../common/conditional.js';
import { Endpoint, pageHeaders, taggedHeaders } from '../common/endpoint.js';
import { etagOf } from '../common/etag.js';
import { sendPage } from '../common/page.js';
import { CatalogOfferView, ListCatalog } from './catalog.dto.js';
import { CatalogService } from './catalog.service.js';

const cacheControl = 'private, max-age=60';

@ApiTags('Reseller catalog')
@Controller('reseller/catalog')
export class CatalogController {
  constructor(private readonly catalog: CatalogService) {}

  @Get()
  @Endpoint({
    access: 'reseller',
    summary: 'What there is to sell, newest first',
    ok: { type: [CatalogOfferView], description: 'A page of active offers.', headers: pageHeaders },
  })
  async list(
    @Query() query: ListCatalog,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', cacheControl);
    return sendPage(await this.catalog.list(query), request, reply).map(CatalogOfferView.from);
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
    @Param('offerId') offerId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const entry = await this.catalog.get(offerId);
    void reply.header('cache-control', cacheControl);
    return sendTagged(
      CatalogOfferView.from(entry),
      etagOf(entry.offer.version, entry.providerVersion),
      request,
      reply,
    );
  }
}
