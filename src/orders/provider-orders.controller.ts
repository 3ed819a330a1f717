import { Body, Controller, Get, Headers, Param, Patch, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../http/conditional-requests.js';
import { Endpoint, etagHeaders, pageHeaders } from '../http/endpoint.js';
import { sendJson } from '../http/send-json.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { sendPage } from '../paging/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { Desks } from './desks/desks.service.js';
import { UpdateInternal } from './desks/internal.dto.js';
import { AnswerCancellation } from './lifecycle/cancellation.dto.js';
import { ProviderMoves } from './lifecycle/provider-moves.service.js';
import { UpdateItemStatus } from './lifecycle/update-item-status.dto.js';
import { ListProviderItems } from './reading/list-orders.dto.js';
import { ProviderItemReader } from './reading/provider-item-reader.service.js';
import { ProviderItemDetailView, ProviderItemView } from './reading/provider-item-view.dto.js';

@ApiTags('Provider orders')
@Controller('provider/orders')
export class ProviderOrdersController {
  constructor(
    private readonly items: ProviderItemReader,
    private readonly moves: ProviderMoves,
    private readonly desks: Desks,
  ) {}

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

  @Patch(':itemId/status')
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Update the status of an order item',
    description:
      'Moves an item to its next status, or with the current status again, changes only what is sent with it. Possible statuses: from `submitted_to_provider` to `accepted`, `rejected`, `cancelled`; from `accepted` to `scheduled`, `in_progress`, `completed`, `active`, `cancelled`, `failed`; from `scheduled` and `in_progress` to each other and to `completed`, `active`, `cancelled`, `failed`; from `completed` to `active`; from `failed` to `scheduled`, `cancelled`. For any other status, the response is 409 with `currentStatus` and `allowedStatuses`; `active`, `rejected` and `cancelled` are final. Omitted members keep their values. While the reseller’s request for cancellation is open, `completed` and `active` decline it, `cancelled` accepts it without a fee, and all other statuses leave it open.',
    bodyExamples: {
      accept: {
        summary: 'Accept the item',
        value: { status: 'accepted', providerNotes: 'We will call the customer to make an appointment.' },
      },
      schedule: {
        summary: 'Make an appointment',
        value: {
          status: 'scheduled',
          scheduledFor: '2026-02-10T08:00:00Z',
          scheduledUntil: '2026-02-10T12:00:00Z',
          milestones: [{ name: 'Router shipped', plannedFor: '2026-02-06T00:00:00Z' }],
        },
      },
      late: {
        summary: 'Warn that the item will be late',
        value: {
          status: 'scheduled',
          jeopardy: { reason: 'The cable duct is blocked.', expectedAt: '2026-02-17T17:00:00Z' },
        },
      },
    },
    response: { type: ProviderItemDetailView, description: 'The updated order item.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateOrderItemStatus(
    @CurrentTeam() team: Caller,
    @Param('itemId') itemId: string,
    @Body() body: UpdateItemStatus,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { etag, json } = await this.moves.updateStatus(team, itemId, body, ifMatch);
    return sendJson(json, reply.header('etag', etag));
  }

  @Patch(':itemId/cancellation')
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Answer a request for cancellation',
    description:
      'Accepts or declines the reseller’s request to cancel an item that is scheduled or in progress (`cancelRequested`). Accepting it cancels the item, with or without a fee. If there is no open request, the response is 409.',
    response: { type: ProviderItemDetailView, description: 'The updated order item.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async answerOrderItemCancellation(
    @CurrentTeam() team: Caller,
    @Param('itemId') itemId: string,
    @Body() body: AnswerCancellation,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { etag, json } = await this.moves.answerCancellation(team, itemId, body, ifMatch);
    return sendJson(json, reply.header('etag', etag));
  }

  @Patch(':itemId/internal')
  @Endpoint({
    access: 'provider',
    summary: 'Update your internal notes on an order item',
    description:
      'Changes who in your team takes care of an item, and your notes on it. The reseller sees neither of them, nor that they have changed. The body is a JSON merge patch.',
    response: { type: ProviderItemDetailView, description: 'The updated order item.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateOrderItemInternal(
    @CurrentTeam() team: Caller,
    @Param('itemId') itemId: string,
    @Body() body: UpdateInternal,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { etag, json } = await this.desks.updateForProvider(team.id, itemId, body, ifMatch);
    return sendJson(json, reply.header('etag', etag));
  }
}
