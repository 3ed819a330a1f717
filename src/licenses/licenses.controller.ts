import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders, pageHeaders } from '../http/endpoint.js';
import { versionETag } from '../http/etag.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { sendPage, viewPage } from '../paging/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { CreateLicense, LicenseView, ListLicenses, UpdateLicense } from './licenses.dto.js';
import { LicensesService } from './licenses.service.js';

@ApiTags('Licenses')
@Controller('team/licenses')
export class LicensesController {
  constructor(private readonly licenses: LicensesService) {}

  @Post()
  @Endpoint({
    access: 'team',
    idempotent: true,
    summary: 'Add a license',
    description:
      'Adds a license that your team holds. The rules for offers read the licenses of their provider; if the operator has switched that on, the licenses of a reseller decide which offers it sees. A team can have at most 1,000, and each number once for a kind and state. The number is not verified with the authority. `docs/licenses.md` describes what licenses are used for.',
    body: CreateLicense,
    bodyExamples: {
      producer: {
        summary: 'An insurance producer in California',
        value: { kind: 'insurance_producer', state: 'CA', number: '0M12345', expiresOn: '2027-08-31' },
      },
      broker: {
        summary: 'An electricity broker in Texas',
        value: { kind: 'puct_broker', number: 'BR190102' },
      },
      fcc: {
        summary: 'The registration number of an internet provider',
        value: { kind: 'fcc_registration', number: '0005937974' },
      },
    },
    response: {
      status: 201,
      type: LicenseView,
      description: 'The added license.',
      headers: createdHeaders('/team/licenses'),
    },
    errors: ['CONFLICT'],
  })
  async createLicense(
    @CurrentTeam() team: Caller,
    // Validated by the service, which reports invalid fields together with rules across fields.
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const license = await this.licenses.create(team.id, body);
    void reply.headers({
      location: `/team/licenses/${license.id}`,
      etag: versionETag(license.version),
    });
    return LicenseView.from(license);
  }

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'List licenses',
    description: 'Returns the licenses of your team, newest first.',
    response: { type: [LicenseView], description: 'A page of licenses.', headers: pageHeaders },
    errors: ['INVALID_CURSOR'],
  })
  async listLicenses(
    @CurrentTeam() team: Caller,
    @Query() query: ListLicenses,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = await this.licenses.list(team.id, query, reserve);
    return sendPage(viewPage(page, LicenseView.from), request, reply);
  }

  @Get(':id')
  @Endpoint({
    access: 'team',
    summary: 'Get a license',
    description: 'Returns a license of your team.',
    response: { type: LicenseView, description: 'The license.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getLicense(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const license = await this.licenses.get(team.id, id);
    return sendWithETag(LicenseView.from(license), versionETag(license.version), request, reply);
  }

  @Patch(':id')
  @Endpoint({
    access: 'team',
    summary: 'Update a license',
    description:
      'The body is a JSON merge patch: omitted fields keep their values, and null clears a field. When you renew a license, change its `expiresOn`. The change takes effect with the next request of a reseller; offers of your team are assessed again within a few minutes at most.',
    body: UpdateLicense,
    bodyExamples: {
      renewed: { summary: 'A renewed license', value: { expiresOn: '2029-08-31' } },
    },
    response: { type: LicenseView, description: 'The updated license.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateLicense(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    // Validated by the service, because a merge patch must first be merged with the stored object.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const license = await this.licenses.update(team.id, id, body, ifMatch);
    void reply.header('etag', versionETag(license.version));
    return LicenseView.from(license);
  }

  @Delete(':id')
  @Endpoint({
    access: 'team',
    summary: 'Delete a license',
    description: 'Deletes the license, which then counts as one that your team does not hold.',
    response: { status: 204, description: 'The license was deleted.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async deleteLicense(
    @CurrentTeam() team: Caller,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.licenses.delete(team.id, id, ifMatch);
  }
}
