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
import { BulkQuery, BulkResult } from '../bulk/bulk-result.js';
import { BulkUploads } from '../bulk/bulk-uploads.js';
import { sendWithETag } from '../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders, jsonLines, putHeaders } from '../http/endpoint.js';
import { addressETag, versionETag } from '../http/etag.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { toItemsPage } from '../paging/items-page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { AddressParam, putDescription } from '../validation/resource-address.js';
import { ProductListView, ProductView } from './product-view.dto.js';
import { CreateProduct, DeletedProduct, ListProducts, UpdateProduct } from './products.dto.js';
import { addressedProduct, ProductsService } from './products.service.js';

@ApiTags('Products')
@Controller('products')
export class ProductsController {
  constructor(
    private readonly products: ProductsService,
    private readonly uploads: BulkUploads,
  ) {}

  @Post()
  @Endpoint({
    access: 'provider',
    idempotent: true,
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

  @Post('bulk')
  @Endpoint({
    access: 'provider',
    summary: 'Create and update products in bulk',
    description:
      'Accepts JSON Lines, one product per line. If the `productId`, `sku` or `externalId` of a line (checked in this order) matches one of your products, it is updated as with PATCH: omitted members keep their values. Any other line creates a product and requires a `sku` or an `externalId`. Each line succeeds or fails independently, and lines are applied in order. Limits, result lines and repeated uploads are as for `POST /provider/offers/bulk`; bytes that are sent to either count together.',
    jsonLinesBody: {
      type: UpdateProduct,
      example: '{"sku":"TALK-20","name":"Talk 20 GB"}\n',
    },
    response: {
      status: 200,
      mediaType: jsonLines,
      lineType: BulkResult,
      description: 'One `BulkResult` for each non-blank line of the request.',
      example:
        '{"line":1,"result":"created","id":"0190c3de-0000-7000-8000-00000000000a","sku":"TALK-20","version":1}\n',
    },
  })
  upsertProducts(
    @CurrentTeam() team: Caller,
    // A stream, because the lines are validated one by one as they arrive.
    @Body() lines: unknown,
    @Query() { dryRun = false }: BulkQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.process(team.id, lines, { request, reply }, (chunks) =>
      this.products.bulk(team.id, chunks, dryRun),
    );
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
  @AddressParam('productId', addressedProduct)
  @Endpoint({
    access: 'provider',
    summary: 'Get a product',
    description: 'Returns a product of your team.',
    response: { type: ProductView, description: 'The product.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async getProduct(
    @CurrentTeam() team: Caller,
    @Param('productId') path: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.products.get(team.id, path);
    const etag = addressETag(path, product.id, product.version);
    return sendWithETag(ProductView.from(product), etag, request, reply);
  }

  @Put(':productId')
  @AddressParam('productId', { ...addressedProduct, example: 'sku:TALK-20' })
  @Endpoint({
    access: 'provider',
    summary: 'Create or replace a product',
    description: `${putDescription('product', ['sku', 'externalId'])} The time that a price covers, which only \`/subscriptions/products\` can set, stays.`,
    body: CreateProduct,
    bodyExamples: {
      product: {
        summary: 'A product with 30 GB',
        value: {
          name: 'Talk 30 GB',
          type: 'SUBSCRIPTION',
          category: 'SUBSCRIPTION_CELL',
          features: { dataMb: 30_720 },
        },
      },
    },
    response: {
      status: 201,
      type: ProductView,
      description: 'The created product.',
      headers: putHeaders('/products'),
    },
    replacedDescription: 'The replaced product.',
    createsIfNoneMatch: true,
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async putProduct(
    @CurrentTeam() team: Caller,
    @Param('productId') path: string,
    // Validated by the service, as in createProduct().
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { product, created } = await this.products.put(team.id, path, body, { ifMatch, ifNoneMatch });
    void reply.code(created ? 201 : 200).headers({
      location: `/products/${product.id}`,
      etag: addressETag(path, product.id, product.version),
    });
    return ProductView.from(product);
  }

  @Patch(':productId')
  @AddressParam('productId', addressedProduct)
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
    @Param('productId') path: string,
    // A merge patch can be validated only after it is merged with the stored object.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const product = await this.products.update(team.id, path, body, ifMatch);
    void reply.header('etag', addressETag(path, product.id, product.version));
    return ProductView.from(product);
  }

  @Delete(':productId')
  @AddressParam('productId', addressedProduct)
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
    @Param('productId') path: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<DeletedProduct> {
    return { productId: await this.products.delete(team.id, path, ifMatch), deleted: true };
  }
}
