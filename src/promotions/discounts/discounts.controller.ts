import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { ItemsQuery, toItemsPage } from '../../paging/items-page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { CreateDiscount, DiscountListView, DiscountView, UpdateDiscount } from './discounts.dto.js';
import { DiscountsService } from './discounts.service.js';

@ApiTags('Promotions')
@Controller('discounts')
export class DiscountsController {
  constructor(private readonly discounts: DiscountsService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create a discount',
    bodyExamples: {
      percent: {
        summary: 'A percentage',
        value: { description: '25 % off for a year', kind: 'PERCENT', percent: 25, tag: 'summer' },
      },
      amount: {
        summary: 'An amount for each currency',
        value: { description: '5 off', kind: 'AMOUNT', amounts: { EUR: 5, USD: 5.5 } },
      },
    },
    description:
      'A PERCENT discount reduces a price by `percent`. An AMOUNT discount reduces it by the amount for the currency in `amounts`, a decimal number in major units.',
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
    void reply.headers({ location: `/discounts/${discount.id}`, etag: versionETag(discount.version) });
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
    return sendWithETag(DiscountView.from(discount), versionETag(discount.version), request, reply);
  }

  @Patch(':discountId')
  @Endpoint({
    access: 'provider',
    summary: 'Update a discount',
    bodyExamples: {
      description: {
        summary: 'Change the description',
        value: { description: 'A discount for new customers' },
      },
    },
    description:
      'Applies a JSON merge patch: omitted members keep their values, and null clears a member. `amounts` are merged currency by currency. Promotions with the discount use the new value immediately. Once one of them has been redeemed, only `description` and `tag` can be changed, so that the discount still shows what customers got; create another discount instead. The 409 lists the members in `errors`, and `existingId` is the ID of the promotion.',
    body: UpdateDiscount,
    response: { type: DiscountView, description: 'The updated discount.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateDiscount(
    @CurrentTeam() team: Caller,
    @Param('discountId') id: string,
    // Validated by the service, because a merge patch must first be merged with the stored object.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const discount = await this.discounts.update(team.id, id, body, ifMatch);
    void reply.header('etag', versionETag(discount.version));
    return DiscountView.from(discount);
  }

  @Delete(':discountId')
  @Endpoint({
    access: 'provider',
    summary: 'Delete a discount',
    description:
      'Permanently deletes the discount. Fails with 409 while a promotion uses it; `existingId` is the ID of the promotion.',
    response: { status: 204, description: 'The discount was deleted.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteDiscount(
    @CurrentTeam() team: Caller,
    @Param('discountId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.discounts.delete(team.id, id, ifMatch);
  }
}
