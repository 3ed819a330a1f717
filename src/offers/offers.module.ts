import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TeamsModule } from '../teams/teams.module.js';
import { Offer } from './offer.entity.js';
import { OffersService } from './offers.service.js';
import { ProviderOffersController } from './provider-offers.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([Offer]), TeamsModule],
  controllers: [ProviderOffersController],
  providers: [OffersService],
  exports: [OffersService],
})
export class OffersModule {}
