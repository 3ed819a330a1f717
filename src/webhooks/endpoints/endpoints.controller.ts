import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders, pageHeaders } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { PageQuery, sendPage } from '../../paging/page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import {
  CreateWebhookEndpoint,
  RotateWebhookSecret,
  UpdateWebhookEndpoint,
  WebhookEndpointView,
  WebhookEndpointWithSecret,
} from './endpoints.dto.js';
import { WebhookEndpointsService } from './endpoints.service.js';

@ApiTags('Webhooks')
@Controller('webhooks/endpoints')
export class WebhookEndpointsController {
  constructor(private readonly endpoints: WebhookEndpointsService) {}

  @Post()
  @Endpoint({
    access: 'team',
    idempotent: true,
    summary: 'Create a webhook endpoint',
    description:
      'Creates an endpoint, to which the events of your team are sent from now on. A team can have at most 10. Requests are signed with the secret in the response, which is shown only once. `docs/webhooks.md` describes signatures, order and retries.',
    body: CreateWebhookEndpoint,
    bodyExamples: {
      orders: {
        summary: 'All events about orders',
        value: { url: 'https://example.com/hooks', events: ['order.*'], description: 'Order system' },
      },
      all: {
        summary: 'All events, with an authorization header and a rate limit',
        value: {
          url: 'https://example.com/all-events',
          events: ['*'],
          maxPerSecond: 50,
          headers: { authorization: 'Bearer 5f2c9a' },
        },
      },
    },
    response: {
      status: 201,
      type: WebhookEndpointWithSecret,
      description: 'The created endpoint. Its secret is returned only now.',
      headers: createdHeaders('/webhooks/endpoints'),
    },
    errors: ['CONFLICT'],
  })
  async createWebhookEndpoint(
    @CurrentTeam() team: Caller,
    // Validated by the service, which reports violations of all rules together.
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { endpoint, etag } = await this.endpoints.create(team, body);
    void reply.headers({ location: `/webhooks/endpoints/${endpoint.id}`, etag });
    return endpoint;
  }

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'List webhook endpoints',
    description: 'Returns the endpoints of your team with the state of their deliveries, newest first.',
    response: {
      type: [WebhookEndpointView],
      description: 'A page of endpoints, without their secrets.',
      headers: pageHeaders,
    },
    errors: ['INVALID_CURSOR'],
  })
  async listWebhookEndpoints(
    @CurrentTeam() team: Caller,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.endpoints.list(team.id, query), request, reply);
  }

  @Get(':id')
  @Endpoint({
    access: 'team',
    summary: 'Get a webhook endpoint',
    description: 'Returns an endpoint with the state of its deliveries.',
    response: {
      type: WebhookEndpointView,
      description: 'The endpoint, without its secret.',
      headers: etagHeaders,
    },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getWebhookEndpoint(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { endpoint, etag } = await this.endpoints.get(team.id, id);
    return sendWithETag(endpoint, etag, request, reply);
  }

  @Patch(':id')
  @Endpoint({
    access: 'team',
    summary: 'Update a webhook endpoint',
    description:
      'The body is a JSON merge patch: omitted fields keep their values, null clears a field, and `headers` are merged one by one. Changes apply to the next requests. An endpoint that is disabled receives nothing more, and its pending deliveries wait. When it is enabled again, or its URL changes, its failures are forgotten and pending deliveries are sent at once. `If-Match` compares the settings only, not the state of the deliveries.',
    body: UpdateWebhookEndpoint,
    bodyExamples: {
      events: { summary: 'Receive other events', value: { events: ['order.*', 'webhook.*'] } },
    },
    response: { type: WebhookEndpointView, description: 'The updated endpoint.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateWebhookEndpoint(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    // Validated by the service, because a merge patch must first be merged with the stored object.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { endpoint, etag } = await this.endpoints.update(team, id, body, ifMatch);
    void reply.header('etag', etag);
    return endpoint;
  }

  @Delete(':id')
  @Endpoint({
    access: 'team',
    summary: 'Delete a webhook endpoint',
    description:
      'Deletes the endpoint with its deliveries, including those that are pending. A request that is being sent may still arrive.',
    response: { status: 204, description: 'The endpoint was deleted.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async deleteWebhookEndpoint(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.endpoints.delete(team.id, id, ifMatch);
  }

  @Post(':id/rotate-secret')
  @Endpoint({
    access: 'team',
    idempotent: true,
    summary: 'Rotate the secret of a webhook endpoint',
    description:
      'Creates a new secret. During the grace period, each request has a signature of both secrets in `webhook-signature`, and that of the new one in `x-offergrid-signature`. During a grace period, the secret can be rotated again only with `"gracePeriodHours": 0`, which ends it.',
    optionalBody: true,
    body: RotateWebhookSecret,
    response: {
      type: WebhookEndpointWithSecret,
      description: 'The endpoint with its new secret, which is returned only now.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async rotateWebhookSecret(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Body() body: RotateWebhookSecret,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { endpoint, etag } = await this.endpoints.rotateSecret(team.id, id, body);
    void reply.header('etag', etag);
    return endpoint;
  }
}
