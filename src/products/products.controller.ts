import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders } from '../http/endpoint.js';
import { versionETag } from '../http/etag.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { toItemsPage } from '../paging/items-page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
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
    bodyExamples: {
      plan: {
        summary: 'A mobile plan',
        value: {
          name: 'Talk 20 GB',
          type: 'SUBSCRIPTION',
          category: 'SUBSCRIPTION_CELL',
          features: { dataMb: 20480, includedCallSeconds: 36000, includedSms: 500, countries: ['SE', 'NO'] },
          sku: 'TALK-20',
          externalRef: 'pim-1',
          price: { EUR: { amount: 19.9, taxIncluded: true } },
        },
      },
      minimal: { summary: 'Only a name', value: { name: 'Router' } },
    },
    description:
      'Only `name` is required. Amounts are decimal numbers in major units. The same products are available under `/subscriptions/products`.',
    body: CreateProduct,
    response: {
      status: 201,
      type: ProductView,
      description: 'The created product.',
      headers: createdHeaders('/products'),
    },
    errors: ['CONFLICT'],
  })
  async createProduct(
    @CurrentTeam() team: Caller,
    // The service validates the body, to report invalid fields and violated rules across fields together.
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
    summary: 'List products',
    description: 'Returns the products of your team, newest first.',
    response: { type: ProductListView, description: 'A page of products.' },
    errors: ['INVALID_CURSOR'],
  })
  async listProducts(
    @CurrentTeam() team: Caller,
    @Query() query: ListProducts,
    @Memory() reserve: ReserveMemory,
  ) {
    return toItemsPage(await this.products.list(team.id, query, reserve), query, ProductView.from);
  }

  @Get(':productId')
  @Endpoint({
    access: 'provider',
    summary: 'Get a product',
    description: 'Returns a product of your team.',
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
    summary: 'Update a product',
    bodyExamples: {
      change: {
        summary: 'Change the name, clear the description',
        value: { name: 'Talk 25 GB', description: null },
      },
    },
    description:
      'Applies a JSON merge patch: omitted members keep their values, and null clears a member. `features` and `price` are merged; arrays and other objects are replaced. The type cannot change while product offerings use the product.',
    body: UpdateProduct,
    response: { type: ProductView, description: 'The updated product.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateProduct(
    @CurrentTeam() team: Caller,
    @Param('productId') id: string,
    // A merge patch can be validated only after it is merged with the stored object.
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
    summary: 'Delete a product',
    description:
      'Permanently deletes the product. Fails with 409 while a product offering or a subscription offering uses it.',
    response: { type: DeletedProduct, description: 'The product was deleted. The response contains its ID.' },
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
