import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CHANNEL, type Channel } from '../common/channel.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { dropRest } from '../http/traffic/read-upload.js';
import { createLimiter } from '../rate-limits/create-limiter.js';
import { rateLimitExceeded } from '../rate-limits/rate-limit-headers.js';
import type { Limiter } from '../rate-limits/rate-limiter.js';

const bytesPerMib = 1_048_576;

/** Limits the bytes that a team sends to bulk uploads in an hour. An upload counts as one request, however long. */
@Injectable()
export class BulkBytes {
  private readonly limiter: Limiter;

  constructor(@Inject(CONFIG) config: Config, @Inject(CHANNEL) channel: Channel | null) {
    const quota = config.teamBulkMibPerHour * bytesPerMib;
    this.limiter = createLimiter('bulk bytes', [{ name: 'bulk-bytes', quota, windowMs: 3_600_000 }], channel);
  }

  /** @throws DomainError RATE_LIMITED if the team can send nothing for now */
  async requireSome(teamId: string): Promise<void> {
    const { allowed, statuses } = await this.limiter.peek(teamId);
    if (!allowed) throw rateLimitExceeded(statuses, 'Your team has sent too much to bulk uploads');
  }

  /**
   * Yields the chunks of a body and counts their bytes; a compressed body counts with its decompressed size. Past the
   * limit, the rest of the body is read and dropped, so that the client can read the response.
   * @throws DomainError RATE_LIMITED
   */
  async *count(teamId: string, body: Readable): AsyncGenerator<Buffer> {
    let isOverLimit = false;
    try {
      for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        const { allowed, statuses } = await this.limiter.consume(teamId, { amount: chunk.length });
        if (!allowed) {
          isOverLimit = true;
          // Uses up the rest, so that the next upload is rejected before it begins.
          const rest = Math.min(chunk.length, ...statuses.map(({ remaining }) => remaining));
          const after = rest > 0 ? await this.limiter.consume(teamId, { amount: rest }) : { statuses };
          throw rateLimitExceeded(after.statuses, stopped);
        }
        yield chunk;
      }
    } finally {
      if (isOverLimit) dropRest(body);
      else if (!body.readableEnded) body.destroy();
    }
  }
}

const stopped = 'Your team has sent too much to bulk uploads; this line and those after it were not read';
