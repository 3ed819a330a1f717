import type { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { streamFile } from '../../http/content/stream-file.js';
import { replyNotModified } from '../../http/conditional-requests.js';
import { csv, Endpoint, etagHeaders, pageHeaders } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { PageQuery, sendPage } from '../../paging/page.js';
import { AccessHook } from '../../teams/access.hook.js';
import { LabelFileQuery, LabelFileView } from './label-files.dto.js';
import { LabelFiles } from './label-files.service.js';

@ApiTags('Files for regulators')
@Controller()
export class LabelFilesController {
  constructor(
    private readonly files: LabelFiles,
    private readonly access: AccessHook,
  ) {}

  @Get('providers/:teamId/broadband-labels.csv')
  @Endpoint({
    access: 'public',
    limitsAddress: true,
    summary: 'Download the broadband labels of a provider',
    description:
      'The machine-readable labels of a provider (47 CFR 8.1(a), FCC 22-86), one for each active internet offer that is public, mass-market and has a unique plan identifier. Providers publish the file with `PATCH /provider/compliance/settings`; otherwise, it exists only for the key of the provider itself. Identifiers have 26 characters: zeros fill the ID of the plan. `docs/label-files.md` describes the file.',
    response: {
      mediaType: csv,
      description: 'A CSV file in UTF-8 (RFC 4180) with a header row.',
      example:
        'unique_plan_id,provider_name,service_plan_name\r\nF0005937974123ABC456EMC789,Acme Data Inc.,10G Unlimited World\r\n',
      headers: {
        ...etagHeaders,
        'Last-Modified': {
          description: 'When a change of the file was first noticed.',
          example: 'Sat, 28 Nov 2026 06:20:00 GMT',
        },
        'Content-Disposition': {
          description: 'The name of the file, with the day of the last change and the registration number.',
          example: 'attachment; filename="2026-11-28-0005937974-USA.csv"',
        },
      },
    },
    conditional: true,
    requestHeaders: {
      'If-Modified-Since': {
        description:
          '`Last-Modified` of a previous response. If the file has not changed, 304 is returned. Ignored with `If-None-Match`.',
        example: 'Sat, 28 Nov 2026 06:20:00 GMT',
      },
    },
    errors: ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED'],
    forbiddenWithout: 'team',
  })
  async getBroadbandLabelFile(
    @Param('teamId') teamId: string,
    @Query() query: LabelFileQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable | undefined> {
    const caller = await this.access.identifyIfKeyed(request, reply);
    const { mediaType, name, etag, lastModified, content } = await this.files.find(teamId, query, caller?.id);
    // Caches ask each time, so that a file that is no longer published disappears.
    void reply.headers({ 'last-modified': lastModified.toUTCString(), 'cache-control': 'public, no-cache' });
    if (replyNotModified(etag, request, reply) || isUnmodifiedSince(request, lastModified)) {
      void reply.code(304);
      return undefined;
    }
    void reply.type(mediaType).header('content-disposition', `attachment; filename="${name}"`);
    return streamFile(request, content());
  }

  @Get('.well-known/broadband-labels')
  @Endpoint({
    access: 'public',
    limitsAddress: true,
    summary: 'List published broadband labels',
    description:
      'Returns the addresses of the label files that providers have published with `PATCH /provider/compliance/settings`, under the well-known address of the draft `bblabel-1`.',
    response: { type: [LabelFileView], description: 'A page of label files.', headers: pageHeaders },
    errors: ['RATE_LIMITED'],
  })
  async listBroadbandLabelFiles(
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.files.listPublic(query), request, reply);
  }
}

/** Returns whether `If-Modified-Since` applies and the file has not changed since (RFC 9110 13.1.3). */
function isUnmodifiedSince({ headers }: FastifyRequest, lastModified: Date): boolean {
  if (headers['if-none-match'] !== undefined) return false;
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return since >= lastModified.getTime();
}
