import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientLeft } from '../common/request/client-left.js';
import { whenClientLeaves } from '../common/request/request-scope.js';
import { whenOver } from '../common/request/when-over.js';
import { hasClientLeft } from '../http/request-log.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { LargeAnswers } from '../paging/large-answers.js';
import './caller.js';

const largeAnswers = new LargeAnswers();

/** How often it is checked whether only a slow client is waited for, in milliseconds. */
const slowClientMs = 10_000;

/**
 * Passes to a handler the function that it calls before it reads a large answer. The memory is reserved until the answer
 * has been sent or the client has left, because the bytes that a slow client has not received yet stay in memory. If
 * that takes long, others need not wait for it: the bytes also count as held memory (see Traffic), and the rest of what
 * was needed to build the answer is free again.
 */
export const Memory = createParamDecorator((_: unknown, context: ExecutionContext): ReserveMemory => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const { raw: response } = http.getResponse<FastifyReply>();
  let reserved: Promise<void> | undefined;
  const reserve = async () => {
    const team = request.caller?.id ?? 'admin';
    const free = await largeAnswers.enter(team, (left) => whenClientLeaves(request.raw, left));
    if (hasClientLeft(request)) {
      free();
      // Nobody receives this response, so nothing needs to be read.
      throw new ClientLeft();
    }
    const timer = setInterval(() => request.isAnswered && free(), slowClientMs).unref();
    whenOver(request.raw, response, () => {
      clearInterval(timer);
      free();
    });
  };
  return () => (reserved ??= reserve());
});
