import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createdHeaders, etagHeaders } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import type { Product } from '../../products/product.entity.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import {
  DisplayCurrencies,
  currencyHeader,
  IfMatchVersion,
  currencyETag,
  sendWithCurrencyETag,
  varyByCurrency,
} from '../json-api/display-currency.js';
import { AttributeList, attributeList } from '../json-api/attributes.js';
import { BasePath } from '../json-api/base-path.js';
import { JsonApiEndpoint } from '../json-api/envelope.js';
import { listDocument, plainList } from '../json-api/offset-page.js';
import { PathIdPipe } from '../json-api/path-id.pipe.js';
import { ContainingOfferingsReader } from '../offerings/containing-offerings.service.js';
import {
  GetWithOfferings,
  idsOf,
  listWithOfferings,
  withOfferings,
} from '../offerings/containing-offerings.view.js';
import { SubscriptionProductView } from './subscription-product.view.js';
import {
  CreateSubscriptionProduct,
  ListSubscriptionProducts,
  productAttributes,
  SubscriptionProductDocument,
  SubscriptionProductList,
  UpdateSubscriptionProduct,
} from './subscription-products.dto.js';
import { SubscriptionProductsService } from './subscription-products.service.js';

@ApiTags('Subscription products')
@Controller('subscriptions/products')
export class SubscriptionProductsController {
  constructor(
    private readonly products: SubscriptionProductsService,
    private readonly containing: ContainingOfferingsReader,
  ) {}

  @Post()
  @JsonApiEndpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create a subscription product',
    bodyExamples: {
      bike: {
        summary: 'A product of its own',
        value: {
          data: {
            type: 'subscription_product',
            attributes: {
              name: 'City bike',
              description: 'Seven gears.',
              sku: 'BIKE-1',
              external_ref: 'pim-777',
              price: { USD: { amount: 5999, includes_tax: false } },
              price_units: { unit: 'month', amount: 1 },
            },
          },
        },
      },
      helmet: {
        summary: 'An accessory',
        value: {
          data: {
            type: 'subscription_product',
            attributes: {
              name: 'Helmet rental',
              sku: 'HELMET-1',
              external_ref: 'pim-778',
              price: { USD: { amount: 990 } },
            },
          },
        },
      },
    },
    description:
      'Only `name` is required. Amounts are integers in minor units: `5999` is 59.99. The same products are available under `/products`.',
    requestHeaders: currencyHeader,
    response: {
      status: 201,
      type: SubscriptionProductDocument,
      description: 'The created product.',
      headers: createdHeaders('/subscriptions/products'),
    },
    errors: ['CONFLICT'],
  })
  async createSubscriptionProduct(
    @CurrentTeam() team: Caller,
    @Body() body: CreateSubscriptionProduct,
    @BasePath() basePath: string,
    @DisplayCurrencies() currencies: string[],
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionProductDocument> {
    const product = await this.products.create(team.id, body.data);
    void reply.headers({
      location: `${basePath}/products/${product.id}`,
      etag: currencyETag(product.version, currencies),
    });
    return { data: SubscriptionProductView.from(product, currencies) };
  }

  @Get()
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'List subscription products',
    description: 'Returns the products of your team, oldest first.',
    requestHeaders: currencyHeader,
    response: { type: SubscriptionProductList, description: 'A page of products.' },
    errors: ['INVALID_FILTER'],
  })
  async listSubscriptionProducts(
    @CurrentTeam() team: Caller,
    @Query() query: ListSubscriptionProducts,
    @Memory() reserve: ReserveMemory,
    @DisplayCurrencies() currencies: string[],
    @BasePath() basePath: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionProductList> {
    const page = await this.products.list(team.id, query, reserve);
    varyByCurrency(reply);
    const viewOf = (product: Product) => SubscriptionProductView.from(product, currencies);
    const { url } = request;
    if (!query.include) return listDocument(page, plainList(viewOf), url);
    const related = await this.containing.find(team.id, 'product', idsOf(page.items), {
      reserve,
      all: page.isFixed,
    });
    return listWithOfferings(page, related, viewOf, { basePath, url });
  }

  @Get('attributes')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'List the attributes of subscription products',
    description:
      'Returns the attributes that products have, for clients that build forms or tables from them.',
    response: { type: AttributeList, description: 'Names, types and descriptions of the attributes.' },
  })
  listSubscriptionProductAttributes(): AttributeList {
    return attributeList(productAttributes);
  }

  @Get(':id')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Get a subscription product',
    description: 'Returns a product of your team.',
    requestHeaders: currencyHeader,
    response: { type: SubscriptionProductDocument, description: 'The product.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getSubscriptionProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Query() { include }: GetWithOfferings,
    @Memory() reserve: ReserveMemory,
    @DisplayCurrencies() currencies: string[],
    @BasePath() basePath: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionProductDocument | undefined> {
    const product = await this.products.get(team.id, id);
    const body = { data: SubscriptionProductView.from(product, currencies) };
    if (include) {
      // Without ETag, because the version of the product does not count changes of the offerings.
      varyByCurrency(reply);
      return withOfferings(
        body.data,
        await this.containing.find(team.id, 'product', [id], { reserve, all: true }),
        basePath,
      );
    }
    return sendWithCurrencyETag(body, currencyETag(product.version, currencies), request, reply);
  }

  @Put(':id')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Update a subscription product',
    description:
      'Omitted attributes keep their values. Null clears an optional attribute, and a null entry in `price` or `one_time_price` removes that currency. Snapshots in offerings do not change.',
    requestHeaders: currencyHeader,
    response: {
      type: SubscriptionProductDocument,
      description: 'The updated product.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateSubscriptionProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Body() body: UpdateSubscriptionProduct,
    @DisplayCurrencies() currencies: string[],
    @IfMatchVersion() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionProductDocument> {
    const product = await this.products.update(team.id, id, body.data, ifMatch);
    void reply.header('etag', currencyETag(product.version, currencies));
    return { data: SubscriptionProductView.from(product, currencies) };
  }

  @Delete(':id')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Delete a subscription product',
    description:
      'Fails with 409 while an offering contains a snapshot of the product or a product offering uses it. `meta.offering_ids` of the error lists up to 100 of the offerings that contain a snapshot.',
    response: { status: 204, description: 'The product was deleted.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteSubscriptionProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @IfMatchVersion() ifMatch: string | undefined,
  ): Promise<void> {
    await this.products.delete(team.id, id, ifMatch);
  }
}
