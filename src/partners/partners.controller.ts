import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint, pageHeaders } from '../http/endpoint.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { PageQuery, sendPage, viewPage } from '../paging/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { AddPartner, PartnerView, RemovedPartner } from './partners.dto.js';
import { PartnersService } from './partners.service.js';

@ApiTags('Preferred partners')
@Controller('provider/partners/preferred')
export class PartnersController {
  constructor(private readonly partners: PartnersService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Add or update a preferred partner',
    description:
      'Makes your offers with `preferred` visibility visible to a reseller, starting on the effective date. If the reseller is already a preferred partner, the members that are sent replace its tier, effective date and notes, omitted members keep their values, null clears one, and the request returns 200.',
    body: AddPartner,
    response: { status: 201, type: PartnerView, description: 'The created preferred partner.' },
    replacedDescription: 'The updated preferred partner.',
  })
  async addPreferredPartner(
    @CurrentTeam() team: Caller,
    // Validated by the service, which reports invalid fields together with an unknown ID.
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { partner, created } = await this.partners.addOrUpdate(team, body);
    void reply.code(created ? 201 : 200);
    return PartnerView.from(partner);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List preferred partners',
    description: 'Returns the preferred partners of your team, newest first.',
    response: { type: [PartnerView], description: 'A page of preferred partners.', headers: pageHeaders },
  })
  async listPreferredPartners(
    @CurrentTeam() team: Caller,
    @Query() query: PageQuery,
    @Memory() reserve: ReserveMemory,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = await this.partners.list(team.id, query, reserve);
    return sendPage(viewPage(page, PartnerView.from), request, reply);
  }

  @Delete(':resellerTeamId')
  @Endpoint({
    access: 'provider',
    summary: 'Remove a preferred partner',
    description:
      'The reseller immediately loses access to offers with `preferred` visibility. Existing orders are not affected.',
    response: {
      type: RemovedPartner,
      description: 'Confirmation that the reseller is no longer a preferred partner.',
    },
    errors: ['NOT_FOUND'],
  })
  async removePreferredPartner(
    @CurrentTeam() team: Caller,
    @Param('resellerTeamId') resellerTeamId: string,
  ): Promise<RemovedPartner> {
    await this.partners.remove(team, resellerTeamId);
    return { resellerTeamId, deleted: true };
  }
}
