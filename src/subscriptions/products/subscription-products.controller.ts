import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { createdHeaders, etagHeaders } from '../../http/endpoint.js';
import { JsonApi } from '../json-api/envelope.js';
import { frameOf } from '../json-api/offset-page.js';
import { PathId } from '../json-api/path-id.pipe.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import {
  Currencies,
  currencyHeader,
  IfMatch,
  pricedTag,
  sendPriced,
  varies,
} from './subscription-currency.js';
import { SubscriptionProductView as View } from './subscription-product.view.js';
import {
  CreateSubscriptionProduct,
  ListSubscriptionProducts,
  SubscriptionProductDocument,
  SubscriptionProductList,
  UpdateSubscriptionProduct,
} from './subscription-products.dto.js';
import { SubscriptionProductsService } from './subscription-products.service.js';

const path = '/subscriptions/products';

@ApiTags('Subscription products')
@Controller('subscriptions/products')
export class SubscriptionProductsController {
  constructor(private readonly products: SubscriptionProductsService) {}

  @Post()
  @JsonApi({
    access: 'provider',
    summary: 'Create a subscription product',
    requestHeaders: currencyHeader,
    response: {
      status: 201,
      type: SubscriptionProductDocument,
      description: 'The new product.',
      headers: createdHeaders(path),
    },
    errors: ['CONFLICT'],
  })
  async createSubscriptionProduct(
    @CurrentTeam() team: Caller,
    @Body() body: CreateSubscriptionProduct,
    @Currencies() currencies: string[],
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionProductDocument> {
    const product = await this.products.create(team.id, body.data);
    void reply.headers({
      location: `${path}/${product.id}`,
      etag: pricedTag(product.version, currencies),
    });
    return { data: View.from(product, currencies) };
  }

  @Get()
  @JsonApi({
    access: 'provider',
    summary: 'List own subscription products, oldest first',
    requestHeaders: currencyHeader,
    response: { type: SubscriptionProductList, description: 'A page of products.' },
    errors: ['INVALID_FILTER'],
  })
  async listSubscriptionProducts(
    @CurrentTeam() team: Caller,
    @Query() query: ListSubscriptionProducts,
    @Currencies() currencies: string[],
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionProductList> {
    const page = await this.products.list(team.id, query);
    varies(reply);
    return { data: page.items.map((each) => View.from(each, currencies)), ...frameOf(page, request.url) };
  }

  @Get(':id')
  @JsonApi({
    access: 'provider',
    summary: 'Read an own subscription product',
    requestHeaders: currencyHeader,
    response: { type: SubscriptionProductDocument, description: 'The product.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getSubscriptionProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Currencies() currencies: string[],
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionProductDocument | undefined> {
    const product = await this.products.get(team.id, id);
    const body = { data: View.from(product, currencies) };
    return sendPriced(body, pricedTag(product.version, currencies), request, reply);
  }

  @Put(':id')
  @JsonApi({
    access: 'provider',
    summary: 'Change an own subscription product',
    description:
      'Only the attributes that are given change; null clears one, and a null currency is dropped from the price. Snapshots inside offerings stay as they are.',
    requestHeaders: currencyHeader,
    response: {
      type: SubscriptionProductDocument,
      description: 'The product as it is now.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateSubscriptionProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Body() body: UpdateSubscriptionProduct,
    @Currencies() currencies: string[],
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionProductDocument> {
    const product = await this.products.update(team.id, id, body.data, ifMatch);
    void reply.header('etag', pricedTag(product.version, currencies));
    return { data: View.from(product, currencies) };
  }

  @Delete(':id')
  @JsonApi({
    access: 'provider',
    summary: 'Delete an own subscription product',
    description: 'Refused while an offering holds a snapshot of it; `meta.offering_ids` names them.',
    response: { status: 204, description: 'It is gone.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteSubscriptionProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    await this.products.delete(team.id, id, ifMatch);
  }
}
