import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { negotiateType } from '../../http/content-negotiation.js';
import { csv, Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { reportCsv } from './report-csv.js';
import { ReportQuery, ReportView } from './report.dto.js';
import { ReportService } from './report.service.js';

const json = 'application/json';

@ApiTags('Compliance')
@Controller('provider/compliance')
export class ReportController {
  constructor(private readonly reports: ReportService) {}

  @Get('report')
  @Endpoint({
    access: 'provider',
    summary: 'Get the compliance report',
    description:
      'Returns how many of your offers are compliant, what they violate or lack now, and what they will violate or lack within 60 days because a license expires or a rule takes effect. With `Accept: text/csv` or `format=csv`, it is a CSV file whose column `section` tells the parts apart. The report is built from the stored assessments, which follow changes within seconds. An automated self-check, not legal advice.',
    requestHeaders: { Accept: { description: '`text/csv` for a CSV file.', example: csv } },
    response: {
      type: ReportView,
      description: 'The report.',
      csvExample: 'section,on,category,status,offers\r\ntotal,2026-12-31,internet,compliant,12\r\n',
    },
  })
  async getComplianceReport(
    @CurrentTeam() team: Caller,
    @Query() { status, format }: ReportQuery,
    @Req() { headers: { accept } }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const type = format === undefined ? negotiateType(accept, [json, csv]) : { json, csv }[format];
    const report = await this.reports.report({ teamId: team.id, status });
    if (type !== csv) return report;
    void reply
      .type(`${csv}; charset=utf-8; header=present`)
      .header('content-disposition', `attachment; filename="compliance-report-${report.on}.csv"`);
    return reportCsv(report);
  }
}
