import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../http/conditional-requests.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { createdHeaders, Endpoint, etagHeaders } from '../http/endpoint.js';
import { versionETag } from '../http/etag.js';
import { toItemsPage } from '../paging/items-page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import {
  CreatePromotion,
  ListPromotions,
  OwnPromotionListView,
  OwnPromotionView,
  PromotionView,
} from './promotions.dto.js';
import { PromotionsService } from './promotions.service.js';
import { viewOfLive, viewOfOwn, type OwnPromotion } from './promotion-views.js';

/** All that ever changes in a promotion is how often it was redeemed. */
const tagOf = ({ promotion }: OwnPromotion) => versionETag(1, promotion.redemptionCount);

@ApiTags('Promotions')
@Controller('discounts/promotions')
export class PromotionsController {
  constructor(private readonly promotions: PromotionsService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    summary: 'Create a promotion: a discount that customers get with a promo code',
    description:
      'Valid from `validFrom` 00:00 to the end of `validTo`, UTC, until `maxRedemptions` orders have used it. Reading a price never counts as a redemption.',
    response: {
      status: 201,
      type: OwnPromotionView,
      description: 'The new promotion.',
      headers: createdHeaders('/discounts/promotions'),
    },
    errors: ['CONFLICT', 'NOT_FOUND'],
  })
  async createPromotion(
    @CurrentTeam() team: Caller,
    @Body() body: CreatePromotion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const made = await this.promotions.create(team.id, body);
    void reply.headers({ location: `/discounts/promotions/${made.promotion.id}`, etag: tagOf(made) });
    return viewOfOwn(made);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List own promotions, newest first',
    response: { type: OwnPromotionListView, description: 'A page of promotions.' },
    errors: ['INVALID_CURSOR'],
  })
  async listPromotions(@CurrentTeam() team: Caller, @Query() query: ListPromotions) {
    return toItemsPage(await this.promotions.list(team.id, query), query, viewOfOwn);
  }

  @Get('promo-code/:promoCode')
  @Endpoint({
    access: 'team',
    summary: 'Look a promotion up by its code',
    description:
      'Providers find their own promotions, resellers those of every provider: the newest, where several use the code. What it takes off is not shown: read a product offering with `promoCode`. Unknown, ended, future and used-up codes are the same 404; a key that tries too many of them is answered 429 for a while.',
    response: { type: PromotionView, description: 'The promotion.' },
    errors: ['NOT_FOUND'],
  })
  async getPromotionByCode(
    @CurrentTeam() team: Caller,
    @Param('promoCode') code: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', 'private');
    return viewOfLive(await this.promotions.lookUp(team, code));
  }

  @Get(':promotionId')
  @Endpoint({
    access: 'provider',
    summary: 'Read an own promotion',
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
    const own = await this.promotions.get(team.id, id);
    return sendWithETag(viewOfOwn(own), tagOf(own), request, reply);
  }
}
