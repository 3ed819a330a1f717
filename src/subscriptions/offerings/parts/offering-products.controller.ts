import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../../../lazy-swagger/decorators.js';
import { etagHeaders } from '../../../http/endpoint.js';
import { JsonApi } from '../../json-api/envelope.js';
import { OffsetQuery } from '../../json-api/offset-page.js';
import { PathId } from '../../json-api/path-id.pipe.js';
import {
  Currencies,
  currencyHeader,
  IfMatch,
  pricedTag,
  sendPriced,
} from '../../products/subscription-currency.js';
import { CurrentTeam, type Caller } from '../../../teams/caller.js';
import { productList } from '../offering-answers.js';
import { OfferingCatalogService } from '../offering-catalog.service.js';
import { OfferingPartsService } from './offering-parts.service.js';
import {
  AttachProducts,
  OfferingProductDocument,
  OfferingProductList,
  UpdateOfferingProduct,
} from '../offerings.dto.js';
import { productKind } from './part-kind.js';
import { OfferingProductView } from './part.view.js';

const allProducts = {
  type: OfferingProductList,
  description: 'All products in the offering.',
  headers: etagHeaders,
};
const path = (id: string) => `/subscriptions/offerings/${id}/products`;

@ApiTags('Subscription offerings')
@Controller('subscriptions/offerings/:id/products')
export class OfferingProductsController {
  constructor(
    private readonly catalog: OfferingCatalogService,
    private readonly parts: OfferingPartsService,
  ) {}

  @Get()
  @JsonApi({
    access: 'team',
    summary: 'List the products in an offering',
    description: 'All of them, unless a page is asked for. The ETag is that of the offering.',
    requestHeaders: currencyHeader,
    response: allProducts,
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async listOfferingProducts(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Query() query: OffsetQuery,
    @Currencies() currencies: string[],
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingProductList | undefined> {
    const whole = await this.catalog.get(team, id);
    const body = productList(whole, query, { currencies, url: request.url });
    return sendPriced(body, pricedTag(whole.offering.version, currencies), request, reply);
  }

  @Post('attach')
  @JsonApi({
    access: 'provider',
    summary: 'Copy more products into an own offering',
    requestHeaders: currencyHeader,
    response: allProducts,
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async attachOfferingProducts(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Body() { data }: AttachProducts,
    @Currencies() currencies: string[],
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingProductList> {
    const whole = await this.parts.attach(team.id, { id, ifMatch }, productKind, data.products);
    void reply.header('etag', pricedTag(whole.offering.version, currencies));
    return productList(whole, {}, { currencies, url: path(id) });
  }

  @Put('replace')
  @JsonApi({
    access: 'provider',
    summary: 'Put other products in the place of all in an own offering',
    description:
      'Every snapshot is made anew, also of a product that was in the offering before. Plans stay.',
    requestHeaders: currencyHeader,
    response: allProducts,
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async replaceOfferingProducts(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Body() { data }: AttachProducts,
    @Currencies() currencies: string[],
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingProductList> {
    const whole = await this.parts.replace(team.id, { id, ifMatch }, productKind, data.products);
    void reply.header('etag', pricedTag(whole.offering.version, currencies));
    return productList(whole, {}, { currencies, url: path(id) });
  }

  @Put(':productId')
  @JsonApi({
    access: 'provider',
    summary: 'Change a product inside an own offering',
    description: 'The product that it was copied from stays as it is. If-Match is that of the offering.',
    requestHeaders: currencyHeader,
    response: {
      type: OfferingProductDocument,
      description: 'The product as it is now.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateOfferingProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Param('productId', PathId) productId: string,
    @Body() body: UpdateOfferingProduct,
    @Currencies() currencies: string[],
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingProductDocument> {
    const { whole, part } = await this.parts.edit(
      team.id,
      { id, ifMatch },
      productKind,
      productId,
      body.data,
    );
    void reply.header('etag', pricedTag(whole.offering.version, currencies));
    return { data: OfferingProductView.from(part, currencies) };
  }

  @Delete(':productId')
  @JsonApi({
    access: 'provider',
    summary: 'Take a product out of an own offering',
    description: 'The last one stays. If-Match is that of the offering.',
    response: { status: 204, description: 'It is gone.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async removeOfferingProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathId) id: string,
    @Param('productId', PathId) productId: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    await this.parts.remove(team.id, { id, ifMatch }, productKind, productId);
  }
}
