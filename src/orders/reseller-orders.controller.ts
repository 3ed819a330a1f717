import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders, pageHeaders } from '../http/endpoint.js';
import { sendJson } from '../http/send-json.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { toItemsPage } from '../paging/items-page.js';
import { sendPage } from '../paging/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { Desks } from './desks/desks.service.js';
import { UpdateInternal } from './desks/internal.dto.js';
import { CancelOrder } from './lifecycle/cancellation.dto.js';
import { OrderCancelling } from './lifecycle/order-cancelling.service.js';
import { orderExamples, searchExamples } from './order-examples.js';
import { PlaceOrder } from './placing/place-order.dto.js';
import { PlacingService } from './placing/placing.service.js';
import { ListOrders, SearchOrders } from './reading/list-orders.dto.js';
import { OrderReader } from './reading/order-reader.service.js';
import { OrderListView, OrderSummaryView, OrderView } from './reading/order-view.dto.js';

@ApiTags('Reseller orders')
@Controller('reseller/orders')
export class ResellerOrdersController {
  constructor(
    private readonly placing: PlacingService,
    private readonly orders: OrderReader,
    private readonly cancelling: OrderCancelling,
    private readonly desks: Desks,
  ) {}

  @Post()
  @Endpoint({
    access: 'reseller',
    idempotent: true,
    summary: 'Place an order',
    description:
      'Orders up to 25 offers and product offerings for one customer. The order is stored completely or not at all. Each item is routed to its provider, which fulfils it independently of the others, and keeps the offer as your team sees it now. You can order only what you can see and what is available at the service address; the errors name each item for which this is not the case. Your team must be verified.',
    bodyExamples: orderExamples,
    body: PlaceOrder,
    response: {
      status: 201,
      type: OrderView,
      description: 'The order.',
      headers: createdHeaders('/reseller/orders'),
    },
    errors: ['CONFLICT', 'PROMO_CODE_INVALID', 'PROMO_CODE_NOT_APPLICABLE'],
  })
  async placeOrder(
    @CurrentTeam() team: Caller,
    // Validated by the service, which reports invalid fields together with offers that cannot be ordered.
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { id, etag, json } = await this.placing.place(team, body);
    void reply.headers({ location: `/reseller/orders/${id}`, etag });
    return sendJson(json, reply);
  }

  @Get()
  @Endpoint({
    access: 'reseller',
    summary: 'List orders',
    description:
      'Returns the orders of your team, newest first, without their histories and snapshots. An order must have an item that matches all filters on items. To find the orders of a customer, use `POST /reseller/orders/search`, so that personal data does not appear in a URL.',
    response: { type: [OrderSummaryView], description: 'A page of orders.', headers: pageHeaders },
    errors: ['INVALID_CURSOR'],
  })
  async listOrders(
    @CurrentTeam() team: Caller,
    @Query() query: ListOrders,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.orders.list(team.id, query, reserve), request, reply);
  }

  @Post('search')
  @Endpoint({
    access: 'reseller',
    summary: 'Search orders',
    bodyExamples: searchExamples,
    description:
      'Returns the orders of your team that match, newest first, as `GET /reseller/orders` does, and also finds them by the e-mail address or the name of the customer.',
    response: { status: 200, type: OrderListView, description: 'A page of orders.' },
    errors: ['INVALID_CURSOR'],
  })
  async searchOrders(
    @CurrentTeam() team: Caller,
    @Body() body: SearchOrders,
    @Memory() reserve: ReserveMemory,
  ) {
    return toItemsPage(await this.orders.list(team.id, body, reserve), body, (order) => order);
  }

  @Get(':orderId')
  @Endpoint({
    access: 'reseller',
    summary: 'Get an order',
    description:
      'Returns an order of your team with its history, and with what was ordered as your team saw it then.',
    response: { type: OrderView, description: 'The order.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getOrder(
    @CurrentTeam() team: Caller,
    @Param('orderId') orderId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { etag, json } = await this.orders.get(team.id, orderId);
    return replyNotModified(etag, request, reply) ? undefined : sendJson(json, reply);
  }

  @Patch(':orderId/cancel')
  @Endpoint({
    access: 'reseller',
    idempotent: true,
    summary: 'Cancel an order',
    description:
      'Cancels items of an order; the body is optional. Items that are `pending`, `submitted_to_provider` or `accepted` are cancelled at once. For items that are `scheduled` or `in_progress`, the provider is asked: `cancelRequested` is set until it accepts, perhaps with a fee, or declines. All other items stay as they are. If there is nothing to cancel or to ask for, the response is 409.',
    body: CancelOrder,
    optionalBody: true,
    response: { type: OrderView, description: 'The updated order.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async cancelOrder(
    @CurrentTeam() team: Caller,
    @Param('orderId') orderId: string,
    @Body() body: CancelOrder,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { etag, json } = await this.cancelling.cancel(team, orderId, body, ifMatch);
    return sendJson(json, reply.header('etag', etag));
  }

  @Patch(':orderId/items/:itemId/internal')
  @Endpoint({
    access: 'reseller',
    summary: 'Update your internal notes on an item of an order',
    description:
      'Changes who in your team takes care of an item, and your notes on it. The provider sees neither of them, nor that they have changed. The body is a JSON merge patch.',
    response: { type: OrderView, description: 'The updated order.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateOrderInternal(
    @CurrentTeam() team: Caller,
    @Param('orderId') orderId: string,
    @Param('itemId') itemId: string,
    @Body() body: UpdateInternal,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { etag, json } = await this.desks.updateForReseller(team.id, { orderId, itemId }, body, ifMatch);
    return sendJson(json, reply.header('etag', etag));
  }
}
