import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { streamFile } from '../../http/content/stream-file.js';
import { acceptsJson, negotiateType } from '../../http/content-negotiation.js';
import { csv, Endpoint, pageHeaders } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { sendPage } from '../../paging/page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { CreateLabelView, LabelViewRecord, labelViewColumns, ListLabelViews } from './label-views.dto.js';
import { LabelViews } from './label-views.service.js';

const json = 'application/json';

@ApiTags('Labels')
@Controller('reseller')
export class LabelViewsController {
  constructor(private readonly views: LabelViews) {}

  @Post('catalog/:offerId/label-views')
  @Endpoint({
    access: 'reseller',
    idempotent: true,
    summary: 'Record that a customer was shown a label',
    description:
      'Stores which label a customer was shown, when and where, optionally with the order that followed. Those who sell broadband service for others must keep such records for two years (47 CFR 8.1(a)(2)); after that, they are deleted. The body can be `{}`.',
    bodyExamples: {
      store: { summary: 'Shown in a store', value: { channel: 'store' } },
    },
    response: {
      status: 201,
      type: LabelViewRecord,
      description: 'The record.',
      headers: {
        Location: {
          description: 'Path of the record.',
          example: `/reseller/label-views/${exampleIdIn('/reseller/label-views')}`,
        },
      },
    },
    errors: ['NOT_FOUND', 'QUOTA_EXCEEDED'],
  })
  async createLabelView(
    @CurrentTeam() team: Caller,
    @Param('offerId') offerId: string,
    @Body() body: CreateLabelView,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LabelViewRecord> {
    const record = await this.views.create(team, offerId, body);
    void reply.header('location', `/reseller/label-views/${record.id}`);
    return record;
  }

  @Get('label-views')
  @Endpoint({
    access: 'reseller',
    summary: 'List records of label views',
    description:
      'Returns the records of your team, the last ones that were shown first. With `Accept: text/csv`, returns all records that match as a CSV file, without pages.',
    requestHeaders: { Accept: { description: '`text/csv` for a CSV file.', example: csv } },
    response: {
      type: [LabelViewRecord],
      description: 'A page of records.',
      headers: pageHeaders,
      csvExample: `${labelViewColumns.join(',')}\r\n`,
    },
    errors: ['INVALID_CURSOR'],
  })
  async listLabelViews(
    @CurrentTeam() team: Caller,
    @Query() query: ListLabelViews,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { accept } = request.headers;
    const isJson = acceptsJson(accept) && !/text\/csv/i.test(accept ?? '');
    if (isJson || negotiateType(accept, [json, csv]) === json)
      return sendPage(await this.views.list(team.id, query), request, reply);
    const { offerId, orderId, shownFrom, shownTo } = query;
    const chunks = this.views.export(team.id, { offerId, orderId, shownFrom, shownTo });
    void reply.type(`${csv}; charset=utf-8; header=present`);
    void reply.header('content-disposition', 'attachment; filename="label-views.csv"');
    return streamFile(request, chunks);
  }

  @Get('label-views/:viewId')
  @Endpoint({
    access: 'reseller',
    summary: 'Get a record of a label view',
    description: 'Returns one of the records of your team.',
    response: { type: LabelViewRecord, description: 'The record.' },
    errors: ['NOT_FOUND'],
  })
  getLabelView(@CurrentTeam() team: Caller, @Param('viewId') viewId: string): Promise<LabelViewRecord> {
    return this.views.get(team.id, viewId);
  }
}
