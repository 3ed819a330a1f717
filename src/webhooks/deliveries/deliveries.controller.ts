import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders, pageHeaders } from '../../http/endpoint.js';
import { sendJson } from '../../http/send-json.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { sendPage } from '../../paging/page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import {
  ListEndpointDeliveries,
  ListWebhookDeliveries,
  WebhookDeliveryDetail,
  WebhookDeliveryView,
} from './deliveries.dto.js';
import { DeliveryReader, type DeliveryJson } from './delivery-reader.service.js';
import { DeliveryRequests } from './delivery-requests.service.js';
import { ReplayWebhookEvents, TestWebhookEndpoint, WebhookReplayView } from './requests.dto.js';

@ApiTags('Webhooks')
@Controller('webhooks')
export class WebhookDeliveriesController {
  constructor(
    private readonly reader: DeliveryReader,
    private readonly requests: DeliveryRequests,
  ) {}

  @Post('endpoints/:id/test')
  @Endpoint({
    access: 'team',
    idempotent: true,
    summary: 'Send a test event',
    description:
      'Sends an event that has not happened to the endpoint, at once and even if the endpoint is paused. It is sent once, whether it succeeds or not; read the delivery to see the result. `GET /events` does not contain it. Fails with 409 if the endpoint is disabled.',
    optionalBody: true,
    body: TestWebhookEndpoint,
    response: {
      status: 202,
      type: WebhookDeliveryDetail,
      description: 'The delivery, which is pending.',
      headers: createdHeaders('/webhooks/deliveries'),
    },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async testWebhookEndpoint(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Body() body: TestWebhookEndpoint,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendDelivery(await this.requests.test(team, id, body), reply);
  }

  @Post('endpoints/:id/replay')
  @Endpoint({
    access: 'team',
    idempotent: true,
    summary: 'Send past events again',
    description:
      'Sends the events of your team since a point in time again that the endpoint subscribes to, in their order, as far as they are still kept. Deliveries that are pending already are not sent twice, but sent at once. A receiver recognizes events that it has received before by their ID. A request covers up to 5,000 events; repeat it with `next` as `after` until `next` is null. Fails with 409 if the endpoint is disabled.',
    response: { status: 202, type: WebhookReplayView, description: 'How many deliveries are pending now.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'INVALID_CURSOR'],
  })
  replayWebhookEvents(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Body() body: ReplayWebhookEvents,
  ): Promise<WebhookReplayView> {
    return this.requests.replay(team, id, body);
  }

  @Get('endpoints/:id/deliveries')
  @Endpoint({
    access: 'team',
    summary: 'List deliveries to an endpoint',
    description:
      'Returns the deliveries to an endpoint with every attempt, those of the newest events first. Deliveries are deleted together with their events.',
    response: { type: [WebhookDeliveryView], description: 'A page of deliveries.', headers: pageHeaders },
    errors: ['NOT_FOUND', 'INVALID_CURSOR'],
  })
  async listEndpointDeliveries(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Query() query: ListEndpointDeliveries,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = await this.reader.list(team.id, { ...query, endpointId: id }, reserve);
    return sendPage(page, request, reply);
  }

  @Get('deliveries')
  @Endpoint({
    access: 'team',
    summary: 'List deliveries to all endpoints',
    description:
      'Returns the deliveries to all endpoints of your team with every attempt, those of the newest events first. With `status=dead`, these are the ones that failed for good.',
    response: { type: [WebhookDeliveryView], description: 'A page of deliveries.', headers: pageHeaders },
    errors: ['NOT_FOUND', 'INVALID_CURSOR'],
  })
  async listWebhookDeliveries(
    @CurrentTeam() team: Caller,
    @Query() query: ListWebhookDeliveries,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.reader.list(team.id, query, reserve), request, reply);
  }

  @Get('deliveries/:id')
  @Endpoint({
    access: 'team',
    summary: 'Get a delivery',
    description: 'Returns a delivery with every attempt, and with the event as it is sent.',
    response: { type: WebhookDeliveryDetail, description: 'The delivery.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getWebhookDelivery(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { etag, json } = await this.reader.get(team.id, id);
    return replyNotModified(etag, request, reply) ? undefined : sendJson(json, reply);
  }

  @Post('deliveries/:id/redeliver')
  @Endpoint({
    access: 'team',
    idempotent: true,
    summary: 'Send a delivery again',
    description:
      'Makes the delivery pending, with all retries, whether it was delivered, is dead or is waiting for a retry. It is sent at once, unless an earlier event about the same subject is pending. Fails with 409 if the endpoint is disabled.',
    response: {
      status: 202,
      type: WebhookDeliveryDetail,
      description: 'The delivery, which is pending.',
      headers: createdHeaders('/webhooks/deliveries'),
    },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async redeliverWebhook(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendDelivery(await this.requests.redeliver(team.id, id), reply);
  }
}

function sendDelivery({ id, etag, json }: DeliveryJson, reply: FastifyReply) {
  void reply.headers({ location: `/webhooks/deliveries/${id}`, etag });
  return sendJson(json, reply);
}
