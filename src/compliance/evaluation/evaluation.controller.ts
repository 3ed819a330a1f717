import { Body, Controller, Post, Query } from '@nestjs/common';
import { Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CreateOffer } from '../../offers/offers.dto.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { EvaluationQuery, EvaluationView } from './evaluation.dto.js';
import { EvaluationService } from './evaluation.service.js';

@ApiTags('Compliance')
@Controller('provider/compliance')
export class EvaluationController {
  constructor(private readonly evaluations: EvaluationService) {}

  @Post('evaluate')
  @Endpoint({
    access: 'provider',
    summary: 'Evaluate an offer',
    description:
      'A dry run: returns what the automated check of the rules says about an offer with the licenses of your team, today or on another day, and stores nothing. The body is that of a new offer; what `GET /provider/offers/{id}` returned can be sent as it is. An automated self-check, not legal advice.',
    body: CreateOffer,
    bodyExamples: {
      internet: {
        summary: 'An internet offer',
        value: {
          name: 'Fibre 500',
          category: 'internet',
          monthlyPrice: 44.5,
          complianceData: { broadbandLabel: { typicalDownload: 480, typicalUpload: 470, typicalLatency: 9 } },
        },
      },
    },
    response: { status: 200, type: EvaluationView, description: 'The result of the check.' },
  })
  evaluateOffer(
    @CurrentTeam() team: Caller,
    // Validated by the service, as in createOffer().
    @Body() body: unknown,
    @Query() query: EvaluationQuery,
  ): Promise<EvaluationView> {
    return this.evaluations.evaluate(team, body, query);
  }
}
