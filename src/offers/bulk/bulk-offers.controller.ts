import type { Readable } from 'node:stream';
import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { acceptsJson, negotiateType, sentBodyType } from '../../http/content-negotiation.js';
import { streamFile } from '../../http/content/stream-file.js';
import { csv, Endpoint, jsonLines } from '../../http/endpoint.js';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { BulkOffers } from './bulk-offers.service.js';
import { BulkResult, BulkSummaryLine } from '../../bulk/bulk-result.js';
import { BulkUploads } from '../../bulk/bulk-uploads.js';
import { FeedsService } from '../feeds/feeds.service.js';
import { requireFeed } from '../feeds/require-feed.js';
import { fileFormats } from '../files/formats/all-formats.js';
import { readOffers } from '../files/read-offers.js';
import { OfferExports } from './offer-exports.service.js';
import { BulkOffersQuery, ExportQuery } from './bulk.dto.js';
import { OfferView, UpdateOffer } from '../offers.dto.js';

const csvType = `${csv}; charset=utf-8; header=present`;
const exampleId = '0190c3de-0000-7000-8000-00000000000a';

@ApiTags('Provider offers')
@Controller('provider/offers')
export class BulkOffersController {
  constructor(
    private readonly bulk: BulkOffers,
    private readonly uploads: BulkUploads,
    private readonly feeds: FeedsService,
    private readonly exports: OfferExports,
  ) {}

  @Post('bulk')
  @Endpoint({
    access: 'provider',
    summary: 'Create and update offers in bulk',
    description:
      'Accepts JSON Lines, one offer per line, or a CSV file, one offer per row, whose columns are named by field path (`fees.installationFee`, `monthlyFees[0].amount`) or follow an industry `format`. An empty cell is absent, and `NULL` is null. If the `id`, `sku` or `externalId` of a line (checked in this order) matches one of your offers, that offer is updated as with PATCH: omitted members keep their values. Any other line creates an offer and requires a `sku` or an `externalId`. Each line succeeds or fails independently; lines for the same offer are applied in order. A line can be up to 1 MiB long. A body of any size is accepted, also with `Content-Encoding: gzip`, but a team can send only a limited number of (unpacked) bytes per hour (1 GiB by default). Without any left, the response is 429; if the limit is reached during an upload, the last result line has a RATE_LIMITED problem with `retryAfter`, and that line and those after it were not read. An upload counts as one request. For each non-blank line, a result line is returned in the same order, while the request is still being sent: `{line, result, id, sku, externalId, version}`, where `result` is `created`, `updated`, `unchanged` or `failed`. A failed line has a `problem` member, identical to the error of a single request. Read the response while sending. Resend failed lines; lines that were already applied return `unchanged` if sent again, also while an earlier upload with the same lines is still being processed. A row of a CSV file that cannot be read has `line`, `column` and `value` in its `errors`. A line whose keys belong to different offers is refused. With `feed`, the offers belong to a feed: only its offers are found by `externalId`, also if the `sku` of the line is new, and no others are changed; the result ends with the line `{summary: {created, updated, unchanged, retired, failed}}`, which also counts the rows `skipped` because of `language`. With `complete=true`, the active offers of the feed that are not listed become `inactive`, provided that the whole body and the keys of all lines could be read, and that not all lines failed; with `dryRun=true`, they are only counted. Such an offer becomes active again when it is listed without a `status`. Only one complete load of a feed can be in progress; others get 409.',
    jsonLinesBody: {
      type: UpdateOffer,
      example:
        '{"sku":"FB-500","name":"Fibre 500","monthlyPrice":59.99}\n{"sku":"FB-900","monthlyPrice":79.99}\n',
      csvExample: 'sku,name,monthlyPrice,fees.installationFee\r\nFB-500,Fibre 500,59.99,49.5\r\n',
    },
    response: {
      status: 200,
      mediaType: jsonLines,
      lineType: [BulkResult, BulkSummaryLine],
      description:
        'One `BulkResult` for each non-blank line of the request; with `feed`, a `BulkSummaryLine` follows.',
      example: `{"line":1,"result":"created","id":"${exampleId}","sku":"FB-500","version":1}\n`,
    },
    errors: ['CONFLICT'],
  })
  async upsertOffers(
    @CurrentTeam() team: Caller,
    // A stream, because the lines are validated one by one as they arrive.
    @Body() lines: unknown,
    @Query() { dryRun = false, feed, complete = false, adopt = false, ...file }: BulkOffersQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    requireFeed(feed, { complete, adopt });
    const isCsv = /^text\/csv\b/i.test(sentBodyType(request));
    return this.uploads.process(team.id, lines, { request, reply }, async (chunks) => {
      const offers = readOffers(chunks, { ...file, isCsv, onSkip: () => load?.skip() });
      const load =
        feed === undefined ? undefined : await this.feeds.begin(team.id, { feed, complete, dryRun });
      return this.bulk.run(team, offers, { dryRun, feed, adopt, load });
    });
  }

  @Get('export')
  @Endpoint({
    access: 'provider',
    summary: 'Export offers',
    description:
      'Returns all of your offers, oldest first, as JSON Lines, each in the format returned by `GET /provider/offers/{id}`, or with `Accept: text/csv` as a CSV file with columns named by field path. Sending either back to `POST /provider/offers/bulk` changes nothing. With `format`, returns a file in a format of the industry.',
    requestHeaders: {
      Accept: { description: '`text/csv` for a CSV file.', example: csv },
    },
    response: {
      mediaType: jsonLines,
      lineType: OfferView,
      description: 'One `Offer` per line.',
      example: `{"id":"${exampleId}","sku":"FB-500","name":"Fibre 500"}\n`,
      csvExample: `id,name,sku\r\n${exampleId},Fibre 500,FB-500\r\n`,
    },
  })
  exportOffers(
    @CurrentTeam() team: Caller,
    @Query() query: ExportQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Readable {
    const { accept } = request.headers;
    const format = fileFormats.find(({ name }) => name === query.format);
    if (format) {
      if (query.category !== undefined && query.category !== format.category)
        throw new ValidationFailed([
          fieldError(
            ['category'],
            'conflict',
            `must be ${format.category} or omitted, because format=${format.name} lists offers in this category`,
          ),
        ]);
      negotiateType(accept, [csv]);
      void reply.type(csvType);
      const file = this.exports.inFormat(team.id, format, { status: query.status });
      return streamFile(request, file);
    }
    // Clients that ask for JSON of any kind get JSON Lines.
    const isJson = acceptsJson(accept) && !/text\/csv/i.test(accept ?? '');
    const isCsv = !isJson && negotiateType(accept, [jsonLines, csv]) === csv;
    void reply.type(isCsv ? csvType : jsonLines);
    const offers = this.exports.all(team.id, query, isCsv ? 'csv' : 'jsonLines');
    return streamFile(request, offers);
  }
}
