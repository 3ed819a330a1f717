import type { Readable } from 'node:stream';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../common/clock.js';
import { streamFile } from '../../http/content/stream-file.js';
import { csv, Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { TexasPlans } from './texas-plans.js';

@ApiTags('Files for regulators')
@Controller('provider/compliance')
export class EflController {
  constructor(
    private readonly plans: TexasPlans,
    private readonly clock: Clock,
  ) {}

  @Get('efl.csv')
  @Endpoint({
    access: 'provider',
    summary: 'Download electricity plans for Power to Choose',
    description:
      'Returns your active electricity offers that are available in Texas, except those for small businesses, in the columns of the export of the state’s marketplace powertochoose.org. `POST /provider/offers/bulk?format=power-to-choose` reads the file. `docs/label-files.md` describes it.',
    response: {
      mediaType: csv,
      description: 'A CSV file in UTF-8 (RFC 4180) with a header row.',
      example:
        '[idKey],[TduCompanyName],[RepCompany],[Product]\r\n16521,ONCOR,CHAMPION ENERGY,Champ Saver-12\r\n',
      headers: {
        'Content-Disposition': {
          description: 'The name of the file, with the current day.',
          example: 'attachment; filename="2026-11-28-power-to-choose.csv"',
        },
      },
    },
  })
  exportEfl(
    @CurrentTeam() team: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Readable {
    const day = this.clock.now().toISOString().slice(0, 10);
    void reply
      .type('text/csv;header=present;charset=utf-8')
      .header('content-disposition', `attachment; filename="${day}-power-to-choose.csv"`);
    return streamFile(request, this.plans.file(team));
  }
}
