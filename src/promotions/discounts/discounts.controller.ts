import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { ItemsQuery, toItemsPage } from '../../paging/items-page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { CreateDiscount, DiscountListView, DiscountView } from './discounts.dto.js';
import { DiscountsService } from './discounts.service.js';

/** Constant, because a discount never changes. */
const etag = versionETag(1);

@ApiTags('Promotions')
@Controller('discounts')
export class DiscountsController {
  constructor(private readonly discounts: DiscountsService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    summary: 'Create a discount',
    description:
      'A PERCENT discount reduces a price by `percent`. An AMOUNT discount reduces it by the amount for the currency in `amounts`, a decimal number in major units. A discount cannot be changed after it is created.',
    response: {
      status: 201,
      type: DiscountView,
      description: 'The created discount.',
      headers: createdHeaders('/discounts'),
    },
  })
  async createDiscount(
    @CurrentTeam() team: Caller,
    @Body() body: CreateDiscount,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const discount = await this.discounts.create(team.id, body);
    void reply.headers({ location: `/discounts/${discount.id}`, etag });
    return DiscountView.from(discount);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List discounts',
    description: 'Returns the discounts of your team, newest first.',
    response: { type: DiscountListView, description: 'A page of discounts.' },
    errors: ['INVALID_CURSOR'],
  })
  async listDiscounts(@CurrentTeam() team: Caller, @Query() query: ItemsQuery) {
    return toItemsPage(await this.discounts.list(team.id, query), query, DiscountView.from);
  }

  @Get(':discountId')
  @Endpoint({
    access: 'provider',
    summary: 'Get a discount',
    description: 'Returns a discount of your team.',
    response: { type: DiscountView, description: 'The discount.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getDiscount(
    @CurrentTeam() team: Caller,
    @Param('discountId') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const discount = await this.discounts.get(team.id, id);
    return sendWithETag(DiscountView.from(discount), etag, request, reply);
  }
}
