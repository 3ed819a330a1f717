import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AreasModule } from '../areas/areas.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { BulkOffersController } from './bulk/bulk-offers.controller.js';
import { BulkBytes } from './bulk/bulk-bytes.js';
import { BulkOffers } from './bulk/bulk-offers.service.js';
import { Offer } from './offer.entity.js';
import { OffersService } from './offers.service.js';
import { ProviderOffersController } from './provider-offers.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([Offer]), AreasModule, TeamsModule],
  controllers: [BulkOffersController, ProviderOffersController],
  providers: [OffersService, BulkOffers, BulkBytes],
  exports: [OffersService],
})
export class OffersModule {}
