import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Endpoint, pageHeaders } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { sendPage } from '../../paging/page.js';
import { ListRuleSets, RulesOfDay, RuleSetView } from './rule-sets.dto.js';
import { RuleSetsService } from './rule-sets.service.js';

@ApiTags('Compliance')
@Controller('compliance/rule-sets')
export class RuleSetsController {
  constructor(private readonly ruleSets: RuleSetsService) {}

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'List rule sets',
    description:
      'Lists the rule sets in effect by which offers are assessed, with their checks. The assessment is an automated self-check, not legal advice.',
    response: {
      type: [RuleSetView],
      description: 'The rule sets, by their IDs.',
      headers: pageHeaders,
    },
    errors: ['INVALID_CURSOR'],
  })
  listRuleSets(
    @Query() query: ListRuleSets,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): RuleSetView[] {
    return sendPage(this.ruleSets.list(query), request, reply);
  }

  @Get(':ruleSetId')
  @Endpoint({
    access: 'team',
    summary: 'Get a rule set',
    description: 'Returns the version of a rule set that is in effect on a day.',
    response: { type: RuleSetView, description: 'The rule set.' },
    errors: ['NOT_FOUND'],
  })
  getRuleSet(@Param('ruleSetId') id: string, @Query() { on }: RulesOfDay): RuleSetView {
    return this.ruleSets.get(id, on);
  }
}
