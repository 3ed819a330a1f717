import { Readable } from 'node:stream';
import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { Endpoint, jsonLines } from '../../http/endpoint.js';
import { DomainError } from '../../common/errors.js';
import { problemFormat } from '../../http/problem-document.js';
import { reportError } from '../../http/problem.filter.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { BulkOffers } from './bulk-offers.service.js';
import type { BulkOutcome } from './bulk-row.js';
import { BulkQuery, ExportQuery } from './bulk.dto.js';
import { UpdateOffer } from '../offers.dto.js';
import { OffersService } from '../offers.service.js';

const exampleId = '0190c3de-0000-7000-8000-00000000000a';

@ApiTags('Provider offers')
@Controller('provider/offers')
export class BulkOffersController {
  constructor(
    private readonly bulk: BulkOffers,
    private readonly offers: OffersService,
  ) {}

  @Post('bulk')
  @Endpoint({
    access: 'provider',
    summary: 'Create and change many offers',
    description:
      'A line is an offer. One that is known by `id`, else by `sku`, else by `externalId`, is changed as by PATCH: what is left out stays. Any other is created and needs `sku` or `externalId`. Each line stands for itself and is written or not whatever happens to the others; lines about the same offer are taken in their order; a line has 1 MiB at most, the body any length. For each line that is not empty a line comes back, in the same order and while the rest is still being sent: `{line, result, id, sku, externalId, version}` with `result` one of `created`, `updated`, `unchanged` and `failed`; a failed one has the `problem` that a single request would have had. Read the answer while you send, and send what failed again: lines that are done already come back as `unchanged`.',
    lines: {
      type: UpdateOffer,
      example:
        '{"sku":"FB-500","name":"Fibre 500","monthlyPrice":59.99}\n{"sku":"FB-900","monthlyPrice":79.99}\n',
    },
    ok: {
      status: 200,
      text: jsonLines,
      description: 'What became of each line.',
      example: `{"line":1,"result":"created","id":"${exampleId}","sku":"FB-500","version":1}\n`,
    },
  })
  upsertOffers(
    @CurrentTeam() team: Caller,
    @Body() lines: unknown,
    @Query() { dryRun = false }: BulkQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Readable {
    if (lines !== undefined && lines !== null && !(lines instanceof Readable))
      throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `The body must be JSON lines (${jsonLines})`);
    const outcomes = this.bulk.run(team, lines ?? Readable.from([]), dryRun);
    void reply.type(jsonLines);
    return Readable.from(this.tell(outcomes, request.id), { objectMode: false });
  }

  @Get('export')
  @Endpoint({
    access: 'provider',
    summary: 'All own offers as lines',
    description:
      'A line is an offer as `GET /provider/offers/{id}` shows it, oldest first. To send the lines to `POST /provider/offers/bulk` changes nothing.',
    ok: {
      text: jsonLines,
      description: 'The offers.',
      example: `{"id":"${exampleId}","sku":"FB-500","name":"Fibre 500"}\n`,
    },
  })
  exportOffers(
    @CurrentTeam() team: Caller,
    @Query() query: ExportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Readable {
    void reply.type(jsonLines).header('cache-control', 'private, no-store');
    return Readable.from(this.offers.export(team.id, query), { objectMode: false });
  }

  private async *tell(outcomes: AsyncIterable<BulkOutcome[]>, requestId: string): AsyncGenerator<string> {
    for await (const batch of outcomes)
      yield batch.map((outcome) => `${JSON.stringify(this.lineOf(outcome, requestId))}\n`).join('');
  }

  private lineOf({ cause, ...told }: BulkOutcome, requestId: string): object {
    if (cause === undefined) return told;
    return { ...told, problem: problemFormat.body(reportError(cause, requestId), requestId) };
  }
}
