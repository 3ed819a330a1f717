import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../http/conditional-requests.js';
import { Endpoint, etagHeaders, pageHeaders } from '../http/endpoint.js';
import { sendJson } from '../http/send-json.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { sendPage } from '../paging/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { ListProviderItems } from './reading/list-orders.dto.js';
import { ProviderItemReader } from './reading/provider-item-reader.service.js';
import { ProviderItemDetailView, ProviderItemView } from './reading/provider-item-view.dto.js';

@ApiTags('Provider orders')
@Controller('provider/orders')
export class ProviderOrdersController {
  constructor(private readonly items: ProviderItemReader) {}

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List order items',
    description:
      'Returns the order items that your team has to fulfil, newest first, without their histories and snapshots. An order with offers of several providers appears only with your items. Personal data of the customer is shown until `personalDataUntil`.',
    response: { type: [ProviderItemView], description: 'A page of order items.', headers: pageHeaders },
    errors: ['INVALID_CURSOR'],
  })
  async listOrderItems(
    @CurrentTeam() team: Caller,
    @Query() query: ListProviderItems,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.items.list(team.id, query, reserve), request, reply);
  }

  @Get(':itemId')
  @Endpoint({
    access: 'provider',
    summary: 'Get an order item',
    description:
      'Returns an order item that your team has to fulfil with its history, and with what was ordered as the reseller saw it then.',
    response: { type: ProviderItemDetailView, description: 'The order item.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getOrderItem(
    @CurrentTeam() team: Caller,
    @Param('itemId') itemId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { etag, json } = await this.items.get(team.id, itemId);
    return replyNotModified(etag, request, reply) ? undefined : sendJson(json, reply);
  }
}
