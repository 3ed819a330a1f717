import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { createdHeaders, Endpoint, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { toItemsPage, ItemsQuery } from '../../paging/items-page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { DefaultCatalogService } from './default-catalog.service.js';
import {
  CreateProductCatalog,
  OwnProductCatalogListView,
  OwnProductCatalogView,
  ProductCatalogView,
  ReadDefaultCatalog,
  UpdateProductCatalog,
} from './product-catalogs.dto.js';
import { ProductCatalogsService } from './product-catalogs.service.js';

@ApiTags('Product offerings')
@Controller('product-catalogs')
export class ProductCatalogsController {
  constructor(
    private readonly catalogs: ProductCatalogsService,
    private readonly defaults: DefaultCatalogService,
  ) {}

  @Get('default')
  @Endpoint({
    access: 'team',
    summary: 'Read the default catalog for a kind of customer',
    description:
      'What is available in it, in order. Without `providerId` provider and hybrid teams get their own; a reseller gets the one there is, and is asked for `providerId` when several providers have one. 404 when there is none. Without the internal descriptions for anyone but the owner.',
    response: { type: ProductCatalogView, description: 'The catalog.' },
    errors: ['NOT_FOUND'],
  })
  async getDefaultProductCatalog(
    @CurrentTeam() team: Caller,
    @Query() query: ReadDefaultCatalog,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { catalog, shown } = await this.defaults.get(team, query);
    void reply.header('cache-control', 'private');
    return ProductCatalogView.of(catalog, shown);
  }

  @Post()
  @Endpoint({
    access: 'provider',
    summary: 'Create a product catalog',
    response: {
      status: 201,
      type: OwnProductCatalogView,
      description: 'The new catalog.',
      headers: createdHeaders('/product-catalogs'),
    },
    errors: ['NOT_FOUND'],
  })
  async createProductCatalog(
    @CurrentTeam() team: Caller,
    @Body() body: CreateProductCatalog,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const own = await this.catalogs.create(team.id, body);
    void reply.headers({
      location: `/product-catalogs/${own.catalog.id}`,
      etag: versionETag(own.catalog.version),
    });
    return OwnProductCatalogView.from(own);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List own product catalogs, newest first',
    response: { type: OwnProductCatalogListView, description: 'A page of catalogs.' },
    errors: ['INVALID_CURSOR'],
  })
  async listProductCatalogs(@CurrentTeam() team: Caller, @Query() query: ItemsQuery) {
    return toItemsPage(await this.catalogs.list(team.id, query), query, OwnProductCatalogView.from);
  }

  @Get(':productCatalogId')
  @Endpoint({
    access: 'provider',
    summary: 'Read an own product catalog',
    response: { type: OwnProductCatalogView, description: 'The catalog.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getProductCatalog(
    @CurrentTeam() team: Caller,
    @Param('productCatalogId') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const own = await this.catalogs.get(team.id, id);
    return sendWithETag(OwnProductCatalogView.from(own), versionETag(own.catalog.version), request, reply);
  }

  @Patch(':productCatalogId')
  @Endpoint({
    access: 'provider',
    summary: 'Change an own product catalog: its items, and whether it is the default',
    description:
      'A JSON merge patch: only what is sent changes, null clears, lists and free objects are replaced whole.',
    body: UpdateProductCatalog,
    response: { type: OwnProductCatalogView, description: 'The catalog as it is now.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateProductCatalog(
    @CurrentTeam() team: Caller,
    @Param('productCatalogId') id: string,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const own = await this.catalogs.update(team.id, id, body, ifMatch);
    void reply.header('etag', versionETag(own.catalog.version));
    return OwnProductCatalogView.from(own);
  }
}
