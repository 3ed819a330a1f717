import { Module } from '@nestjs/common';
import { EventRouter } from './event-router.js';

@Module({ providers: [EventRouter] })
export class RoutingModule {}
