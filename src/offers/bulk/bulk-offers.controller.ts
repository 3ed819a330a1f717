import { Readable } from 'node:stream';
import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { Endpoint, jsonLines } from '../../http/endpoint.js';
import { DomainError } from '../../common/errors.js';
import { problemFormat } from '../../http/error-formats.js';
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
    summary: 'Create and update offers in bulk',
    description:
      'Takes JSON lines, one offer per line. A line whose `id`, `sku` or `externalId` (tried in this order) belongs to one of your offers updates that offer as PATCH does: members that are left out keep their values. Any other line creates an offer and needs a `sku` or an `externalId`. Each line succeeds or fails by itself; lines about the same offer are applied in their order. A line is at most 1 MiB long; the body has no limit. For each line that is not blank, a result line is returned in the same order, while the rest is still being sent: `{line, result, id, sku, externalId, version}`, where `result` is `created`, `updated`, `unchanged` or `failed`. A failed line has a `problem`, the same as a single request would get. Read the response while you send, and send failed lines again; lines that were already applied then return `unchanged`.',
    jsonLinesBody: {
      type: UpdateOffer,
      example:
        '{"sku":"FB-500","name":"Fibre 500","monthlyPrice":59.99}\n{"sku":"FB-900","monthlyPrice":79.99}\n',
    },
    response: {
      status: 200,
      mediaType: jsonLines,
      description: 'One result line for each line of the request.',
      example: `{"line":1,"result":"created","id":"${exampleId}","sku":"FB-500","version":1}\n`,
    },
  })
  upsertOffers(
    @CurrentTeam() team: Caller,
    // A stream: the lines are validated one by one as they arrive.
    @Body() lines: unknown,
    @Query() { dryRun = false }: BulkQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Readable {
    if (lines !== undefined && lines !== null && !(lines instanceof Readable))
      throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `The body must be JSON lines (${jsonLines})`);
    const outcomes = this.bulk.run(team, lines ?? Readable.from([]), dryRun);
    void reply.type(jsonLines);
    return Readable.from(this.toResultLines(outcomes, request.id), { objectMode: false });
  }

  @Get('export')
  @Endpoint({
    access: 'provider',
    summary: 'Export offers',
    description:
      'Returns all of your offers as JSON lines, oldest first, each in the form of `GET /provider/offers/{id}`. Sending the lines back to `POST /provider/offers/bulk` changes nothing.',
    response: {
      mediaType: jsonLines,
      description: 'One line for each offer.',
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

  private async *toResultLines(
    outcomes: AsyncIterable<BulkOutcome[]>,
    requestId: string,
  ): AsyncGenerator<string> {
    for await (const batch of outcomes)
      yield batch.map((outcome) => `${JSON.stringify(this.toResultLine(outcome, requestId))}\n`).join('');
  }

  private toResultLine({ cause, ...result }: BulkOutcome, requestId: string): object {
    if (cause === undefined) return result;
    return { ...result, problem: problemFormat.body(reportError(cause, requestId), requestId) };
  }
}
