import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AreasModule } from '../areas/areas.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { BulkOffersController } from './bulk/bulk-offers.controller.js';
import { BulkModule } from '../bulk/bulk.module.js';
import { BulkOffers } from './bulk/bulk-offers.service.js';
import { ImportFormatsController } from './files/formats.controller.js';
import { Offer } from './offer.entity.js';
import { OffersService } from './offers.service.js';
import { ProviderOffersController } from './provider-offers.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([Offer]), AreasModule, BulkModule, TeamsModule],
  controllers: [BulkOffersController, ImportFormatsController, ProviderOffersController],
  providers: [OffersService, BulkOffers],
  exports: [OffersService],
})
export class OffersModule {}
