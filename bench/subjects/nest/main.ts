import 'reflect-metadata';
import { Module, ValidationPipe } from '@nestjs/common';
import { APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ServiceArea } from '../../../src/areas/service-area.entity.js';
import { Offer } from '../../../src/offers/offer.entity.js';
import { ApiKey } from '../../../src/teams/api-keys/api-key.entity.js';
import { Team } from '../../../src/teams/team.entity.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { CatalogService } from './catalog.service.js';
import { CatalogController, OffersController } from './controllers.js';
import { ApiKeyEntity, OfferEntity } from './entities.js';
import { OffersService } from './offers.service.js';

/*
 * The same routes as a competent engineer would write them with the usual libraries: Nest on Fastify, TypeORM's query
 * builder, class-validator, plain functions for the responses, cached API keys and keyset paging. It has no rate
 * limits, log, metrics or entity tags.
 */

const { DATABASE_URL, DATABASE_POOL_SIZE = '20', PORT = '3000' } = process.env;

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: DATABASE_URL,
      poolSize: Number(DATABASE_POOL_SIZE),
      entities: [Team, ApiKey, ServiceArea, Offer, OfferEntity, ApiKeyEntity],
      synchronize: false,
    }),
    TypeOrmModule.forFeature([OfferEntity, ApiKeyEntity]),
  ],
  controllers: [CatalogController, OffersController],
  providers: [
    CatalogService,
    OffersService,
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_PIPE, useFactory: () => new ValidationPipe({ whitelist: true, transform: true }) },
  ],
})
class NestModule {}

const app = await NestFactory.create<NestFastifyApplication>(NestModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
await app.listen(Number(PORT), '127.0.0.1');
