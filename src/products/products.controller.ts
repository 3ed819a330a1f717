import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../http/conditional-requests.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { createdHeaders, Endpoint, etagHeaders } from '../http/endpoint.js';
import { versionETag } from '../http/etag.js';
import { toItemsPage } from '../paging/items-page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { ProductListView, ProductView } from './product-view.dto.js';
import { CreateProduct, DeletedProduct, ListProducts, UpdateProduct } from './products.dto.js';
import { ProductsService } from './products.service.js';

@ApiTags('Products')
@Controller('products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    summary: 'Create a product',
    description:
      'Only `name` is required. The same products are shown at `/subscriptions/products`. Amounts are decimals in major units.',
    body: CreateProduct,
    response: {
      status: 201,
      type: ProductView,
      description: 'The new product.',
      headers: createdHeaders('/products'),
    },
    errors: ['CONFLICT'],
  })
  async createProduct(
    @CurrentTeam() team: Caller,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.products.create(team.id, body);
    void reply.headers({ location: `/products/${product.id}`, etag: versionETag(product.version) });
    return ProductView.from(product);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List own products, newest first',
    response: { type: ProductListView, description: 'A page of products.' },
    errors: ['INVALID_CURSOR'],
  })
  async listProducts(@CurrentTeam() team: Caller, @Query() query: ListProducts) {
    return toItemsPage(await this.products.list(team.id, query), query, ProductView.from);
  }

  @Get(':productId')
  @Endpoint({
    access: 'provider',
    summary: 'Read an own product',
    response: { type: ProductView, description: 'The product.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getProduct(
    @CurrentTeam() team: Caller,
    @Param('productId') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.products.get(team.id, id);
    return sendWithETag(ProductView.from(product), versionETag(product.version), request, reply);
  }

  @Patch(':productId')
  @Endpoint({
    access: 'provider',
    summary: 'Change an own product',
    description:
      'A JSON merge patch: only what is sent changes, null clears, `features` and `price` are merged, lists and free objects are replaced whole. The type cannot change while product offerings use the product.',
    body: UpdateProduct,
    response: { type: ProductView, description: 'The product as it is now.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateProduct(
    @CurrentTeam() team: Caller,
    @Param('productId') id: string,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.products.update(team.id, id, body, ifMatch);
    void reply.header('etag', versionETag(product.version));
    return ProductView.from(product);
  }

  @Delete(':productId')
  @Endpoint({
    access: 'provider',
    summary: 'Delete an own product for good',
    description: 'Not while a product offering or an offering refers to it.',
    response: { type: DeletedProduct, description: 'It is gone.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteProduct(
    @CurrentTeam() team: Caller,
    @Param('productId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<DeletedProduct> {
    await this.products.delete(team.id, id, ifMatch);
    return { productId: id, deleted: true };
  }
}
