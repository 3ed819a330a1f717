import 'reflect-metadata';
import {
  ClassSerializerInterceptor,
  Injectable,
  Module,
  UnauthorizedException,
  ValidationPipe,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ServiceArea } from '../src/areas/service-area.entity.js';
import { Offer } from '../src/offers/offer.entity.js';
import { ApiKey } from '../src/teams/api-keys/api-key.entity.js';
import { hashApiKey } from '../src/teams/api-keys/api-key-format.js';
import { Team } from '../src/teams/team.entity.js';
import { UsualKey, UsualOffer } from './usual-entities.js';
import { UsualCatalogController, UsualOffers, UsualOffersController } from './usual-offers.js';

/*
 * The same routes as most people write them: Nest on Fastify, TypeORM's repositories, class-validator and
 * class-transformer, and a guard that looks the key up for each request.
 */

interface Asking {
  headers: Record<string, string | undefined>;
  team?: Team;
}

@Injectable()
class KeyGuard implements CanActivate {
  constructor(@InjectRepository(UsualKey) private readonly keys: Repository<UsualKey>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Asking>();
    const keyHash = hashApiKey(request.headers['x-api-key'] ?? '');
    const key = await this.keys.findOne({ where: { keyHash }, relations: { team: true } });
    if (!key || key.revokedAt || key.team.suspendedAt) throw new UnauthorizedException();
    request.team = key.team;
    return true;
  }
}

const { DATABASE_URL, DATABASE_POOL_SIZE = '20', PORT = '3000' } = process.env;

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: DATABASE_URL,
      poolSize: Number(DATABASE_POOL_SIZE),
      entities: [Team, ApiKey, ServiceArea, Offer, UsualOffer, UsualKey],
      synchronize: false,
    }),
    TypeOrmModule.forFeature([UsualOffer, UsualKey]),
  ],
  controllers: [UsualCatalogController, UsualOffersController],
  providers: [
    UsualOffers,
    { provide: APP_GUARD, useClass: KeyGuard },
    { provide: APP_PIPE, useFactory: () => new ValidationPipe({ whitelist: true, transform: true }) },
    { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor },
  ],
})
class UsualModule {}

const app = await NestFactory.create<NestFastifyApplication>(UsualModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
await app.listen(Number(PORT), '127.0.0.1');
