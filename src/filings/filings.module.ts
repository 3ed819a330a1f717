import { Module } from '@nestjs/common';
import { OffersModule } from '../offers/offers.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { LabelFilesController } from './broadband-labels/label-files.controller.js';
import { LabelFiles } from './broadband-labels/label-files.service.js';
import { EflController } from './energy/efl.controller.js';
import { TexasPlans } from './energy/texas-plans.js';
import { ComplianceSettingsController } from './settings/compliance-settings.controller.js';
import { ComplianceSettings } from './settings/compliance-settings.service.js';

@Module({
  imports: [OffersModule, TeamsModule],
  controllers: [ComplianceSettingsController, EflController, LabelFilesController],
  providers: [ComplianceSettings, LabelFiles, TexasPlans],
})
export class FilingsModule {}
