import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CatalogModule } from './catalog/catalog.module.js';
import { Clock } from './common/clock.js';
import { CursorCodec } from './common/cursor.js';
import { InputPipe } from './common/input.pipe.js';
import { ProblemFilter } from './common/problem.filter.js';
import type { Config } from './config/config.js';
import { CONFIG } from './config/config.token.js';
import { HealthModule } from './health/health.module.js';
import { OfferingsModule } from './offerings/offerings.module.js';
import { OffersModule } from './offers/offers.module.js';
import { PlansModule } from './plans/plans.module.js';
import { SubscriptionProductsModule } from './products/subscription-products.module.js';
import { TeamsModule } from './teams/teams.module.js';

/** The secret that signs cursors is shared by all processes, so it stands in the database. */
const cursors = {
  provide: CursorCodec,
  inject: [DataSource],
  useFactory: async (dataSource: DataSource) => {
    const [row]: { value: string }[] = await dataSource.query(
      "SELECT value FROM secrets WHERE name = 'cursor'",
    );
    if (!row) throw new Error('The database has no cursor secret; its migrations have not run');
    return new CursorCodec(row.value);
  },
};

@Global()
@Module({})
export class AppModule {
  /** The whole application over a migrated database. */
  static over(config: Config, databaseUrl: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: databaseUrl,
          poolSize: config.databasePoolSize,
          applicationName: 'offerdock',
          autoLoadEntities: true,
          synchronize: false,
          retryAttempts: 0,
        }),
        TeamsModule,
        OffersModule,
        CatalogModule,
        SubscriptionProductsModule,
        PlansModule,
        OfferingsModule,
        HealthModule,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        Clock,
        cursors,
        { provide: APP_PIPE, useClass: InputPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [CONFIG, Clock, CursorCodec],
    };
  }
}
