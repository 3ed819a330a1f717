import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AreasModule } from '../areas/areas.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { BulkOffersController } from './bulk/bulk-offers.controller.js';
import { BulkModule } from '../bulk/bulk.module.js';
import { BulkOffers } from './bulk/bulk-offers.service.js';
import { OfferExports } from './bulk/offer-exports.service.js';
import { Feed } from './feeds/feed.entity.js';
import { FeedsController } from './feeds/feeds.controller.js';
import { FeedsService } from './feeds/feeds.service.js';
import { ImportFormatsController } from './files/formats.controller.js';
import { Offer } from './offer.entity.js';
import { OffersService } from './offers.service.js';
import { ProviderOffersController } from './provider-offers.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([Offer, Feed]), AreasModule, BulkModule, TeamsModule],
  controllers: [BulkOffersController, FeedsController, ImportFormatsController, ProviderOffersController],
  providers: [OffersService, OfferExports, BulkOffers, FeedsService],
  exports: [OffersService, OfferExports],
})
export class OffersModule {}
