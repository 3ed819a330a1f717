import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../common/errors.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { LargeAnswers } from '../paging/large-answers.js';
import './caller.js';

const largeAnswers = new LargeAnswers();

/**
 * Passes to a handler the function that it calls before it reads a large answer. The memory is reserved until the answer
 * has been sent or the client has left, because the bytes that a slow client has not received yet stay in memory.
 */
export const Memory = createParamDecorator((_: unknown, context: ExecutionContext): ReserveMemory => {
  const http = context.switchToHttp();
  const { caller } = http.getRequest<FastifyRequest>();
  const { raw } = http.getResponse<FastifyReply>();
  let reserved: Promise<void> | undefined;
  const reserve = async () => {
    const free = await largeAnswers.enter(caller?.id ?? 'admin');
    if (raw.destroyed) {
      free();
      // Nobody receives this response, so nothing needs to be read.
      throw new DomainError('REQUEST_TIMEOUT', 'The client has left');
    }
    raw.once('close', free);
  };
  return () => (reserved ??= reserve());
});
