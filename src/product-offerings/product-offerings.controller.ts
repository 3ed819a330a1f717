import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../http/conditional-requests.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { createdHeaders, Endpoint, etagHeaders } from '../http/endpoint.js';
import { toItemsPage } from '../paging/items-page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { ProductOfferingReader } from './product-offering-reader.service.js';
import { ProductOfferingListView, ProductOfferingView } from './product-offering-view.dto.js';
import {
  CreateProductOffering,
  ListProductOfferings,
  ReadProductOffering,
  UpdateProductOffering,
} from './product-offerings.dto.js';
import { ProductOfferingsService } from './product-offerings.service.js';
import { tagOf } from './product-offering-details.js';

const codeHelp =
  'A promo code that is unknown, has ended, has not begun or is used up is 400 PROMO_CODE_INVALID, always the same; a key that tries too many of them is answered 429 for a while.';

@ApiTags('Product offerings')
@Controller('product-offerings')
export class ProductOfferingsController {
  constructor(
    private readonly offerings: ProductOfferingsService,
    private readonly shelf: ProductOfferingReader,
  ) {}

  @Post()
  @Endpoint({
    access: 'provider',
    summary: 'Create a product offering: a product combined with a price',
    body: CreateProductOffering,
    response: {
      status: 201,
      type: ProductOfferingView,
      description: 'The new product offering.',
      headers: createdHeaders('/product-offerings'),
    },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async createProductOffering(
    @CurrentTeam() team: Caller,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const shown = await this.offerings.create(team.id, body);
    void reply.headers({ location: `/product-offerings/${shown.offering.id}`, etag: tagOf(shown) });
    return ProductOfferingView.from(shown);
  }

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'List product offerings, newest first',
    description: `Providers see their own, resellers what is available of every provider, without the internal descriptions. Values of one filter are alternatives; filters are added up. With \`promoCode\`, product offerings that the code is not for keep their normal price. ${codeHelp}`,
    response: { type: ProductOfferingListView, description: 'A page of product offerings.' },
    errors: ['INVALID_CURSOR', 'PROMO_CODE_INVALID'],
  })
  async listProductOfferings(
    @CurrentTeam() team: Caller,
    @Query() query: ListProductOfferings,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', 'private');
    return toItemsPage(await this.shelf.list(team, query), query, ProductOfferingView.from);
  }

  @Get(':productOfferingId')
  @Endpoint({
    access: 'team',
    summary: 'Read a product offering',
    description: `With \`promoCode\` at the promotional price, if the code is one of its owner's and for it. ${codeHelp}`,
    response: { type: ProductOfferingView, description: 'The product offering.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND', 'PROMO_CODE_INVALID', 'PROMO_CODE_NOT_APPLICABLE'],
  })
  async getProductOffering(
    @CurrentTeam() team: Caller,
    @Param('productOfferingId') id: string,
    @Query() query: ReadProductOffering,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const shown = await this.shelf.get(team, id, query.promoCode);
    void reply.header('cache-control', 'private');
    return sendWithETag(ProductOfferingView.from(shown), tagOf(shown), request, reply);
  }

  @Patch(':productOfferingId')
  @Endpoint({
    access: 'provider',
    summary: 'Change an own product offering',
    description:
      'A JSON merge patch: only what is sent changes, null clears, `price` is merged, lists and free objects are replaced whole. The merged result must be valid. An archived one is final, but for internalDescription and metadata.',
    body: UpdateProductOffering,
    response: {
      type: ProductOfferingView,
      description: 'The product offering as it is now.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateProductOffering(
    @CurrentTeam() team: Caller,
    @Param('productOfferingId') id: string,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const shown = await this.offerings.update(team.id, id, body, ifMatch);
    void reply.header('etag', tagOf(shown));
    return ProductOfferingView.from(shown);
  }

  @Post(':productOfferingId/archive')
  @Endpoint({
    access: 'provider',
    summary: 'Archive an own product offering for good',
    description: 'It leaves every list and cannot be ordered any more. Once more changes nothing.',
    response: {
      type: ProductOfferingView,
      description: 'The archived product offering.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async archiveProductOffering(
    @CurrentTeam() team: Caller,
    @Param('productOfferingId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const shown = await this.offerings.archive(team.id, id, ifMatch);
    void reply.header('etag', tagOf(shown));
    return ProductOfferingView.from(shown);
  }
}
