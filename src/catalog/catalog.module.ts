import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Offer } from '../offers/offer.entity.js';
import { Team } from '../teams/team.entity.js';
import { CatalogController } from './catalog.controller.js';
import { CatalogService } from './catalog.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Offer, Team])],
  controllers: [CatalogController],
  providers: [CatalogService],
})
export class CatalogModule {}
