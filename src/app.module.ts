import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CatalogModule } from './catalog/catalog.module.js';
import { ComplianceModule } from './compliance/compliance.module.js';
import { CHANNEL, type Channel } from './common/channel.js';
import { Clock } from './common/clock.js';
import { CursorCodec } from './paging/cursor.js';
import { BackgroundJobs } from './common/background-jobs.js';
import { Sql } from './sql/sql.js';
import { Encryption } from './encryption/encryption.js';
import { Idempotency } from './idempotency/idempotency.js';
import { fairDriver } from './sql/pool/fair-pool.js';
import { ErrorFormats } from './http/error-formats.js';
import { MissingRoutes } from './http/routes/missing-routes.js';
import { missingRoutes } from './missing-routes.js';
import { errorFormats } from './error-formats.js';
import { ProblemFilter } from './http/problem.filter.js';
import type { Config } from './config/config.js';
import { CONFIG } from './config/config.token.js';
import { limitedSessions } from './database/session.js';
import { EventsModule } from './events/events.module.js';
import { FilingsModule } from './filings/filings.module.js';
import { HealthModule } from './health/health.module.js';
import { LabelsModule } from './labels/labels.module.js';
import { LicensesModule } from './licenses/licenses.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { OfferingsModule } from './subscriptions/offerings/offerings.module.js';
import { OffersModule } from './offers/offers.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { PartnersModule } from './partners/partners.module.js';
import { ProductOfferingsModule } from './product-offerings/product-offerings.module.js';
import { ProductsModule } from './products/products.module.js';
import { PromotionsModule } from './promotions/promotions.module.js';
import { DeliveryModule } from './webhooks/delivery/delivery.module.js';
import { RoutingModule } from './webhooks/routing/routing.module.js';
import { PlansModule } from './subscriptions/plans/plans.module.js';
import { SubscriptionProductsModule } from './subscriptions/products/subscription-products.module.js';
import { Wakeups } from './wakeups/wakeups.js';
import { AccessTokens } from './teams/api-keys/access-tokens.js';
import { TeamsModule } from './teams/teams.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The secret of cursors and access tokens is stored in the database, because all processes must share it. */
const secret = {
  provide: 'SECRET',
  inject: [DataSource],
  useFactory: async (dataSource: DataSource) => {
    const [row]: { value: string }[] = await dataSource.query(
      "SELECT value FROM secrets WHERE name = 'cursor'",
    );
    if (!row) throw new Error('The database has no cursor secret; run the migrations first');
    return row.value;
  },
};

/** Each derives keys of its own from the secret. */
const secretUsers = [CursorCodec, AccessTokens].map((provide) => ({
  provide,
  inject: [secret.provide],
  useFactory: (value: string) => new provide(value),
}));

/**
 * The time, in milliseconds, in which Postgres usually cancels a statement over the limit. After that, the connection is
 * closed.
 */
const cancelTimeMs = 1_000;

@Global()
@Module({})
export class AppModule {
  /**
   * Creates the application for a migrated database.
   * @param channel the worker's connection to the primary; null if there is only one process
   */
  static forRoot(
    config: Config,
    databaseUrl: string,
    channel: Channel | null = null,
    clock = new Clock(),
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: databaseUrl,
          poolSize: config.databasePoolSize,
          // How long a request waits for a connection before it fails with 503.
          connectTimeoutMS: config.databaseAnswerTimeoutMs * 1.5,
          applicationName: 'offerdock',
          autoLoadEntities: true,
          synchronize: false,
          retryAttempts: 0,
          driver: fairDriver,
          extra: {
            keepAlive: true,
            keepAliveInitialDelayMillis: config.databaseAnswerTimeoutMs,
            answerTimeoutMs: config.databaseAnswerTimeoutMs,
            statementLimitMs: config.statementTimeoutMs + cancelTimeMs,
            ...limitedSessions(config.statementTimeoutMs, config.databasePooler),
          },
        }),
        TeamsModule,
        OAuthModule,
        EventsModule,
        LicensesModule,
        ComplianceModule,
        OffersModule,
        PartnersModule,
        CatalogModule,
        ProductsModule,
        PromotionsModule,
        ProductOfferingsModule,
        SubscriptionProductsModule,
        PlansModule,
        OfferingsModule,
        FilingsModule,
        OrdersModule,
        LabelsModule,
        WebhooksModule,
        RoutingModule,
        DeliveryModule,
        HealthModule,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: CHANNEL, useValue: channel },
        { provide: ErrorFormats, useValue: errorFormats },
        { provide: MissingRoutes, useValue: missingRoutes },
        { provide: Clock, useValue: clock },
        secret,
        ...secretUsers,
        BackgroundJobs,
        Sql,
        {
          provide: Wakeups,
          inject: [Sql],
          useFactory: (sql: Sql) => {
            const listen = { url: databaseUrl, answerTimeoutMs: config.databaseAnswerTimeoutMs };
            return new Wakeups(sql, config.databasePooler === 'none' ? { listen } : {});
          },
        },
        { provide: Encryption, useValue: new Encryption(config.dataKeys) },
        Idempotency,
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [CONFIG, CHANNEL, Clock, CursorCodec, AccessTokens, BackgroundJobs, Sql, Wakeups, Encryption],
    };
  }
}
