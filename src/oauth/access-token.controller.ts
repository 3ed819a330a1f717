import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../common/clock.js';
import { DomainError } from '../common/errors.js';
import { Endpoint } from '../http/endpoint.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { AccessHook } from '../teams/access.hook.js';
import { AccessTokens } from '../teams/api-keys/access-tokens.js';
import { AccessTokenRequest, AccessTokenView } from './access-token.dto.js';
import { invalidClient, readClientCredentials } from './client-credentials.js';
import { oauthErrorFormat } from './oauth-errors.js';

const lifetimeSeconds = 3600;

@ApiTags('Access tokens')
@Controller('oauth')
export class AccessTokenController {
  constructor(
    private readonly access: AccessHook,
    private readonly tokens: AccessTokens,
    private readonly clock: Clock,
  ) {}

  @Post('access_token')
  @Endpoint({
    access: 'public',
    limitsAddress: true,
    summary: 'Get an access token',
    description:
      'For clients that require OAuth 2.0: exchanges an API key, sent as the client secret, for an access token that is valid for an hour (RFC 6749, section 4.4). Clients that can send a header do not need a token. The request counts against the rate limits of the key; an invalid key counts as a failed attempt of the client address.',
    body: AccessTokenRequest,
    acceptsForm: true,
    response: { type: AccessTokenView, description: 'The token.' },
    errors: ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED'],
    forbiddenWithout: 'team',
    errorFormat: oauthErrorFormat,
  })
  async createAccessToken(
    // Validated below, because unknown parameters are ignored.
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccessTokenView> {
    const { secret } = readClientCredentials(body, request.headers.authorization);
    const key = await this.requireKey(secret, request, reply);
    const expires = Math.floor(this.clock.nowMs() / 1000) + lifetimeSeconds;
    void reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
    return {
      access_token: this.tokens.issue({ key, expiresAt: expires * 1000 }),
      token_type: 'Bearer',
      expires,
      expires_in: lifetimeSeconds,
      identifier: 'client_credentials',
    };
  }

  /** Returns the secret if it is a valid API key. A token is not: it would otherwise never expire. */
  private async requireKey(
    secret: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<string> {
    const key = secret !== undefined && this.tokens.read(secret) ? undefined : secret;
    try {
      await this.access.identify(key, request, reply);
    } catch (cause) {
      const isUnknown = cause instanceof DomainError && cause.code === 'UNAUTHORIZED';
      throw isUnknown ? invalidClient(secret) : cause;
    }
    if (key === undefined) throw invalidClient(secret);
    return key;
  }
}
