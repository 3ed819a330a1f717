import { Global, Module } from '@nestjs/common';
import { Assessor } from '../offers/assessment/assessor.js';
import { AssessmentJobs } from './assessment/assessment-jobs.js';
import { AssessmentSteps } from './assessment/assessment-steps.js';
import { OfferAssessor } from './assessment/offer-assessor.js';
import { RulesInEffect } from './assessment/rules-in-effect.js';

/** Global, because offers are assessed by what is above them. */
@Global()
@Module({
  providers: [
    RulesInEffect,
    OfferAssessor,
    { provide: Assessor, useExisting: OfferAssessor },
    AssessmentSteps,
    AssessmentJobs,
  ],
  exports: [Assessor, RulesInEffect],
})
export class ComplianceModule {}
