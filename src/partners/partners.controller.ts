import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint, pageHeaders } from '../http/endpoint.js';
import { PageQuery, sendPage } from '../paging/page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { AddPartner, PartnerView, RemovedPartner } from './partners.dto.js';
import { PartnersService } from './partners.service.js';

@ApiTags('Preferred partners')
@Controller('provider/partners/preferred')
export class PartnersController {
  constructor(private readonly partners: PartnersService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    summary: 'Show preferred offers to a reseller',
    description: 'Adding a reseller again replaces tier, date and notes and answers 200.',
    response: { status: 201, type: PartnerView, description: 'The reseller is on the list.' },
    replacedDescription: 'It was on the list already and has been changed.',
    errors: ['NOT_FOUND'],
  })
  async addPreferredPartner(
    @CurrentTeam() team: Caller,
    @Body() body: AddPartner,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { partner, created } = await this.partners.put(team.id, body);
    void reply.code(created ? 201 : 200);
    return PartnerView.from(partner);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List preferred resellers, newest first',
    response: { type: [PartnerView], description: 'A page of resellers.', headers: pageHeaders },
  })
  async listPreferredPartners(
    @CurrentTeam() team: Caller,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(await this.partners.list(team.id, query), request, reply).map(PartnerView.from);
  }

  @Delete(':resellerTeamId')
  @Endpoint({
    access: 'provider',
    summary: 'Take a reseller off the list',
    description: 'Preferred offers vanish from its catalog at once; orders already placed stay.',
    response: { type: RemovedPartner, description: 'It is off the list.' },
    errors: ['NOT_FOUND'],
  })
  async removePreferredPartner(
    @CurrentTeam() team: Caller,
    @Param('resellerTeamId') resellerTeamId: string,
  ): Promise<RemovedPartner> {
    await this.partners.remove(team.id, resellerTeamId);
    return { resellerTeamId, deleted: true };
  }
}
