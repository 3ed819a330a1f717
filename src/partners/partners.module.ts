import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventsModule } from '../events/events.module.js';
import { PartnersController } from './partners.controller.js';
import { PartnersService } from './partners.service.js';
import { PreferredPartner } from './preferred-partner.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([PreferredPartner]), EventsModule],
  controllers: [PartnersController],
  providers: [PartnersService],
})
export class PartnersModule {}
