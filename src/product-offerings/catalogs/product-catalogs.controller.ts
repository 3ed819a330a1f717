import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { ItemsQuery, toItemsPage } from '../../paging/items-page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import { DefaultCatalogService } from './default-catalog.service.js';
import {
  CreateProductCatalog,
  GetDefaultProductCatalog,
  OwnProductCatalogListView,
  OwnProductCatalogView,
  ProductCatalogView,
  UpdateProductCatalog,
} from './product-catalogs.dto.js';
import { ProductCatalogsService } from './product-catalogs.service.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';

@ApiTags('Product offerings')
@Controller('product-catalogs')
export class ProductCatalogsController {
  constructor(
    private readonly catalogs: ProductCatalogsService,
    private readonly defaultCatalog: DefaultCatalogService,
  ) {}

  @Get('default')
  @Endpoint({
    access: 'team',
    summary: 'Get the default product catalog',
    description:
      'Returns the default catalog for a customer type, with its available product offerings. Without `providerId`, provider and hybrid teams get their own catalog. Resellers get the catalog of the provider that has had a default catalog for the longest time; with several providers, send `providerId`. Returns 404 if no default catalog exists. Internal descriptions are visible only to the owner. An answer has at most 4 MiB: if the catalog is larger, or if `limit` is given, it contains the first product offerings only, and `pagination.nextCursor` leads to the others.',
    response: { type: ProductCatalogView, description: 'The catalog.' },
    errors: ['NOT_FOUND', 'INVALID_CURSOR'],
  })
  async getDefaultProductCatalog(
    @CurrentTeam() team: Caller,
    @Query() query: GetDefaultProductCatalog,
    @Memory() reserve: ReserveMemory,
  ) {
    const { catalog, page } = await this.defaultCatalog.get(team, query, reserve);
    return ProductCatalogView.from(catalog, page, query);
  }

  @Post()
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create a product catalog',
    bodyExamples: {
      default: {
        summary: 'The default catalog for consumers',
        value: {
          name: 'Mobile for everyone',
          customerType: 'CONSUMER',
          isDefault: true,
          productOfferingIds: [exampleIdIn('/product-offerings')],
        },
      },
      campaign: {
        summary: 'Another catalog',
        value: {
          name: 'Spring campaign',
          customerType: 'CONSUMER',
          productOfferingIds: [exampleIdIn('/product-offerings')],
        },
      },
    },
    description:
      'Creates a selection of your product offerings for one customer type. A new default catalog replaces the previous default for its customer type.',
    body: CreateProductCatalog,
    response: {
      status: 201,
      type: OwnProductCatalogView,
      description: 'The created catalog.',
      headers: createdHeaders('/product-catalogs'),
    },
  })
  async createProductCatalog(
    @CurrentTeam() team: Caller,
    // Validated by the service, which reports invalid fields together with unknown IDs.
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.catalogs.create(team.id, body);
    void reply.headers({
      location: `/product-catalogs/${details.catalog.id}`,
      etag: versionETag(details.catalog.version),
    });
    return OwnProductCatalogView.from(details);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List product catalogs',
    description: 'Returns the product catalogs of your team, newest first.',
    response: { type: OwnProductCatalogListView, description: 'A page of catalogs.' },
    errors: ['INVALID_CURSOR'],
  })
  async listProductCatalogs(
    @CurrentTeam() team: Caller,
    @Query() query: ItemsQuery,
    @Memory() reserve: ReserveMemory,
  ) {
    return toItemsPage(await this.catalogs.list(team.id, query, reserve), query, OwnProductCatalogView.from);
  }

  @Get(':productCatalogId')
  @Endpoint({
    access: 'provider',
    summary: 'Get a product catalog',
    description: 'Returns a product catalog of your team.',
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
    const details = await this.catalogs.get(team.id, id);
    return sendWithETag(
      OwnProductCatalogView.from(details),
      versionETag(details.catalog.version),
      request,
      reply,
    );
  }

  @Patch(':productCatalogId')
  @Endpoint({
    access: 'provider',
    summary: 'Update a product catalog',
    bodyExamples: { name: { summary: 'Change the name', value: { name: 'Summer campaign' } } },
    description:
      'The body is a JSON merge patch: omitted fields keep their values, and null clears a field. Arrays and free-form objects are replaced as a whole.',
    body: UpdateProductCatalog,
    response: { type: OwnProductCatalogView, description: 'The updated catalog.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateProductCatalog(
    @CurrentTeam() team: Caller,
    @Param('productCatalogId') id: string,
    // Validated by the service, because a merge patch must first be merged with the stored object.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.catalogs.update(team.id, id, body, ifMatch);
    void reply.header('etag', versionETag(details.catalog.version));
    return OwnProductCatalogView.from(details);
  }

  @Delete(':productCatalogId')
  @Endpoint({
    access: 'provider',
    summary: 'Delete a product catalog',
    description:
      'Permanently deletes the catalog. Its product offerings are not affected. After the deletion of a default catalog, the customer type has no default catalog.',
    response: { status: 204, description: 'The catalog was deleted.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async deleteProductCatalog(
    @CurrentTeam() team: Caller,
    @Param('productCatalogId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.catalogs.delete(team.id, id, ifMatch);
  }
}
