import { Module } from '@nestjs/common';
import { TeamsModule } from '../teams/teams.module.js';
import { EventLog } from './event-log.js';
import { EventRetention } from './event-retention.service.js';
import { HiddenEvents } from './hidden-events.js';
import { ExpiringKeys } from './expiring-keys.service.js';
import { EventReader } from './reading/event-reader.service.js';
import { EventsController } from './reading/events.controller.js';
import { WaitingPolls } from './reading/waiting-polls.js';
import { EventSettingsController } from './settings/event-settings.controller.js';
import { EventSettings } from './settings/event-settings.service.js';

@Module({
  imports: [TeamsModule],
  controllers: [EventsController, EventSettingsController],
  providers: [EventLog, HiddenEvents, EventReader, EventSettings, WaitingPolls, EventRetention, ExpiringKeys],
  exports: [EventLog, HiddenEvents],
})
export class EventsModule {}
