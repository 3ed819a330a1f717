import { Global, Module } from '@nestjs/common';
import { Assessor } from '../offers/assessment/assessor.js';
import { AssessmentJobs } from './assessment/assessment-jobs.js';
import { AssessmentSteps } from './assessment/assessment-steps.js';
import { OfferAssessor } from './assessment/offer-assessor.js';
import { RulesInEffect } from './assessment/rules-in-effect.js';
import { EvaluationController } from './evaluation/evaluation.controller.js';
import { EvaluationService } from './evaluation/evaluation.service.js';
import { ReportController } from './report/report.controller.js';
import { ReportService } from './report/report.service.js';
import { RuleSetsController } from './rule-sets/rule-sets.controller.js';
import { RuleSetsService } from './rule-sets/rule-sets.service.js';

/** Global, because offers are assessed by what is above them. */
@Global()
@Module({
  controllers: [EvaluationController, ReportController, RuleSetsController],
  providers: [
    EvaluationService,
    ReportService,
    RuleSetsService,
    RulesInEffect,
    OfferAssessor,
    { provide: Assessor, useExisting: OfferAssessor },
    AssessmentSteps,
    AssessmentJobs,
  ],
  exports: [Assessor, RulesInEffect],
})
export class ComplianceModule {}
