import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders } from '../http/endpoint.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { toItemsPage } from '../paging/items-page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { promotionETag } from './promotion-details.js';
import { OwnPromotionListView, OwnPromotionView, PromotionView } from './promotion-view.dto.js';
import { CreatePromotion, ListPromotions, UpdatePromotion } from './promotions.dto.js';
import { PromotionsService } from './promotions.service.js';
import { exampleIdIn } from '../lazy-swagger/example-ids.js';

@ApiTags('Promotions')
@Controller('discounts/promotions')
export class PromotionsController {
  constructor(private readonly promotions: PromotionsService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create a promotion',
    bodyExamples: {
      summer: {
        summary: 'With an end and a limit',
        value: {
          discountId: exampleIdIn('/discounts'),
          promoCode: 'SUMMER',
          discountPeriodMonths: 12,
          validFrom: '2026-06-01',
          validTo: '2035-08-31',
          maxRedemptions: 100,
          targets: [{ category: 'SUBSCRIPTION_CELL' }],
        },
      },
      welcome: {
        summary: 'For everything, until it is stopped',
        value: { discountId: exampleIdIn('/discounts'), promoCode: 'WELCOME', discountPeriodMonths: 3 },
      },
    },
    description:
      'Creates a promotion, which gives customers a discount when they enter its promo code. The promotion is valid from 00:00 UTC on `validFrom` to the end of `validTo`, or until `maxRedemptions` orders have used it. Reading a price does not count as a redemption. If another promotion with the same code has ended, because its `validTo` has passed, it becomes inactive and the new one takes over its code. Until then, and also if it is used up, the response is 409; `existingId` is its ID.',
    body: CreatePromotion,
    response: {
      status: 201,
      type: OwnPromotionView,
      description: 'The created promotion.',
      headers: createdHeaders('/discounts/promotions'),
    },
    errors: ['CONFLICT'],
  })
  async createPromotion(
    @CurrentTeam() team: Caller,
    // Validated by the service, which reports invalid fields together with unknown IDs.
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.promotions.create(team.id, body);
    void reply.headers({
      location: `/discounts/promotions/${details.promotion.id}`,
      etag: promotionETag(details),
    });
    return OwnPromotionView.fromDetails(details);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List promotions',
    description: 'Returns the promotions of your team, newest first.',
    response: { type: OwnPromotionListView, description: 'A page of promotions.' },
    errors: ['INVALID_CURSOR'],
  })
  async listPromotions(
    @CurrentTeam() team: Caller,
    @Query() query: ListPromotions,
    @Memory() reserve: ReserveMemory,
  ) {
    const page = await this.promotions.list(team.id, query, reserve);
    return toItemsPage(page, query, OwnPromotionView.fromDetails);
  }

  @Get('promo-code/:promoCode')
  @Endpoint({
    access: 'team',
    summary: 'Get a promotion by its promo code',
    description:
      'Returns a promotion that can currently be redeemed. Providers can find only their own promotions. Resellers can find the promotions of every provider; if several providers use the code, the newest promotion is returned. For hybrid teams, their own promotion takes precedence. The response does not include the percentage or the amounts of the discount; to see the discounted price, get a product offering with `promoCode`. Unknown, expired, future, stopped and used-up codes all return the same 404 error. A team that sends too many invalid codes receives 429 for up to a minute.',
    response: { type: PromotionView, description: 'The promotion.' },
    errors: ['NOT_FOUND'],
  })
  async getPromotionByCode(@CurrentTeam() team: Caller, @Param('promoCode') promoCode: string) {
    return PromotionView.from(await this.promotions.getByCode(team, promoCode));
  }

  @Get(':promotionId')
  @Endpoint({
    access: 'provider',
    summary: 'Get a promotion',
    description: 'Returns a promotion of your team.',
    response: { type: OwnPromotionView, description: 'The promotion.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getPromotion(
    @CurrentTeam() team: Caller,
    @Param('promotionId') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.promotions.get(team.id, id);
    return sendWithETag(OwnPromotionView.fromDetails(details), promotionETag(details), request, reply);
  }

  @Patch(':promotionId')
  @Endpoint({
    access: 'provider',
    summary: 'Update a promotion',
    bodyExamples: {
      stop: { summary: 'Stop the promotion', value: { active: false } },
      limit: { summary: 'Change the limit', value: { active: true, maxRedemptions: 200 } },
    },
    description:
      'Applies a JSON merge patch: omitted members keep their values, and null clears a member. `targets` are replaced as a whole. To stop a promotion immediately, set `active` to false. Once it has been redeemed, `discountId`, `promoCode` and `discountPeriodMonths` cannot be changed, and `maxRedemptions` must be at least `redemptionCount`; the 409 lists these members in `errors`. Setting `active` to true also returns 409 if another promotion has taken over the code.',
    body: UpdatePromotion,
    response: { type: OwnPromotionView, description: 'The updated promotion.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updatePromotion(
    @CurrentTeam() team: Caller,
    @Param('promotionId') id: string,
    // Validated by the service, because a merge patch must first be merged with the stored object.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.promotions.update(team.id, id, body, ifMatch);
    void reply.header('etag', promotionETag(details));
    return OwnPromotionView.fromDetails(details);
  }

  @Delete(':promotionId')
  @Endpoint({
    access: 'provider',
    summary: 'Delete a promotion',
    description:
      'Permanently deletes the promotion. Fails with 409 if it has been redeemed; to stop it, set `active` to false.',
    response: { status: 204, description: 'The promotion was deleted.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deletePromotion(
    @CurrentTeam() team: Caller,
    @Param('promotionId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.promotions.delete(team.id, id, ifMatch);
  }
}
