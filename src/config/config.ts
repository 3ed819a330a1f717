import { resolve } from 'node:path';
import { dataKeyList, type DataKey } from './data-keys.js';
import {
  decimal,
  integer,
  oneOf,
  originList,
  postgresUrl,
  proxyList,
  secondsList,
  secret,
  text,
  webUrl,
  type Variable,
} from './variable.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const ADMIN_KEY = 'at least 24 visible ASCII characters without spaces';

/** All environment variables that the service reads; `.env.example` lists the same variables. */
const variables = {
  PORT: integer(0, 65_535, 3000),
  HOST: text(/^[^\s/]+$/, 'an address or host name to listen on, such as 127.0.0.1 or 0.0.0.0', '127.0.0.1'),
  DATABASE_URL: postgresUrl(),
  DATABASE_POOLER: oneOf(['none', 'transaction'], 'none'),
  DATA_DIR: text(/^[^\0]+$/, 'the path of a directory', '.data'),
  ADMIN_API_KEY: secret(text(/^[\x21-\x7e]{24,}$/, ADMIN_KEY, undefined)),
  DATA_KEYS: dataKeyList(),
  DEMO: oneOf(['true', 'false'], undefined),
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
  ALLOW_NEWER_SCHEMA: oneOf(['true', 'false'], 'false'),
  ROLE: oneOf(['all', 'api', 'worker'], 'all'),
  WORKERS: integer(1, 64, 1),
  DATABASE_POOL_SIZE: integer(1, 500, 20),
  DATABASE_ANSWER_TIMEOUT_MS: integer(100, 60_000, 2_000),
  STATEMENT_TIMEOUT_MS: integer(100, 600_000, 15_000),
  RATE_LIMIT_PER_MINUTE: integer(0, 1_000_000, 100),
  RATE_LIMIT_PER_HOUR: integer(0, 100_000_000, 10_000),
  RATE_LIMIT_TEAM_FACTOR: integer(0, 1000, 10),
  AUTH_FAILURES_PER_MINUTE: integer(0, 1_000_000, 30),
  PROMO_FAILURES_PER_MINUTE: integer(0, 1_000_000, 20),
  TEAM_ZIP_CODES: integer(0, 1_000_000_000, 2_000_000),
  TEAM_BULK_MIB_PER_HOUR: integer(0, 1_000_000, 1024),
  TEAM_IDEMPOTENCY_MIB_PER_HOUR: integer(0, 1_000_000, 256),
  PUBLIC_REQUESTS_PER_MINUTE: integer(0, 1_000_000, 300),
  MAX_REQUESTS_IN_FLIGHT: integer(0, 100_000, 256),
  MAX_CONNECTIONS: integer(0, 1_000_000, 10_000),
  MAX_HELD_MIB: integer(8, 65_536, 96),
  REQUEST_TIMEOUT_MS: integer(100, 3_600_000, 30_000),
  RESPONSE_TIMEOUT_MS: integer(100, 3_600_000, 30_000),
  TRUST_PROXY: proxyList(),
  CORS_ORIGINS: originList(),
  CHANGES_RETENTION_DAYS: integer(1, 3650, 30),
  ENFORCE_RESELLER_LICENSES: oneOf(['true', 'false'], 'false'),
  WEBHOOK_TIMEOUT_MS: integer(100, 60_000, 10_000),
  WEBHOOK_ALLOW_INSECURE: oneOf(['true', 'false'], 'false'),
  WEBHOOK_RETRY_DELAYS: secondsList(20, [5, 30, 120, 600, 1800, 7200, 21_600, 43_200]),
  WEBHOOK_DISABLE_AFTER_HOURS: decimal(0, 8760, 72),
  WEBHOOK_CONCURRENCY: integer(1, 1000, 128),
  EVENTS_RETENTION_DAYS: integer(1, 365, 30),
  COMPLIANCE_RULES: text(/^[^\0]+$/, 'the path of a JSON file', undefined),
  METRICS_ACCESS: oneOf(['public', 'admin'], 'public'),
  SHUTDOWN_DELAY_MS: integer(0, 60_000, 500),
  SHUTDOWN_TIMEOUT_MS: integer(1, 600_000, 10_000),
  PUBLIC_URL: webUrl(),
};

type Values = { [K in keyof typeof variables]: (typeof variables)[K]['fallback'] };

/** The names of all environment variables that the service reads. */
export const configVariables: readonly string[] = Object.freeze(Object.keys(variables));

/** The configuration, read from the environment; `.env.example` explains each variable. */
export interface Config {
  /** 0 to 65535; 0 selects a free port. */
  readonly port: number;
  readonly host: string;
  /** URL of the Postgres database; if undefined, the embedded Postgres is started. */
  readonly databaseUrl?: string;
  /** Whether a connection pooler in transaction mode, such as PgBouncer, is between the service and Postgres. */
  readonly databasePooler: 'none' | 'transaction';
  /** Absolute path; used only with the embedded Postgres. */
  readonly dataDir: string;
  /** The admin key in plain text; never log it. */
  readonly adminApiKey?: string;
  /** The keys that encrypt personal data, the current one first; empty for none. Never log them. */
  readonly dataKeys: readonly DataKey[];
  /** Whether startup creates the demo teams, keys and offers. */
  readonly demo: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Whether to start on a database that a newer release has migrated. */
  readonly allowNewerSchema: boolean;
  /**
   * What the processes do: `api` serves requests, `worker` delivers events and serves only health checks and metrics,
   * `all` does both. Housekeeping runs in every role.
   */
  readonly role: 'all' | 'api' | 'worker';
  /** Number of processes that handle requests, 1 to 64. If 1, the main process handles them. */
  readonly workers: number;
  /** Database connections of each worker, 1 to 500. */
  readonly databasePoolSize: number;
  /** How long Postgres can be silent before its connections are checked, 100 to 60000 ms. */
  readonly databaseAnswerTimeoutMs: number;
  /** How long an SQL statement of a request can run, 100 to 600000 ms. */
  readonly statementTimeoutMs: number;
  /** Requests per API key; 0 disables the limit. */
  readonly rateLimitPerMinute: number;
  /** Requests per API key; 0 disables the limit. */
  readonly rateLimitPerHour: number;
  /** The limits of a team as a multiple of those of a key; 0 disables them. */
  readonly rateLimitTeamFactor: number;
  /** Failed authentication attempts per client address; 0 disables the limit. */
  readonly authFailuresPerMinute: number;
  /** Invalid promo codes per team, ten times as many per client address; 0 disables both limits. */
  readonly promoFailuresPerMinute: number;
  /** ZIP codes in the stored service areas of a team; 0 disables the limit. */
  readonly teamZipCodes: number;
  /** Mebibytes that a team can send to bulk uploads in an hour; 0 disables the limit. */
  readonly teamBulkMibPerHour: number;
  /** Mebibytes of responses to requests with an idempotency key that are stored for a team in an hour; 0: no limit. */
  readonly teamIdempotencyMibPerHour: number;
  /** Requests for metrics and documentation per client address; 0 disables the limit. */
  readonly publicRequestsPerMinute: number;
  /** Requests that each worker handles at the same time, without those that wait for their client; 0: no cap. */
  readonly maxRequestsInFlight: number;
  /** Open connections of each worker; 0: no limit. */
  readonly maxConnections: number;
  /** Memory in MiB of each worker for bodies that are arriving and answers that are not yet read, at least 8. */
  readonly maxHeldMib: number;
  /** Time for the headers, for a JSON body, and between two chunks of a stream, 100 to 3600000 ms. */
  readonly requestTimeoutMs: number;
  /** Time after which a client that reads nothing of a response is disconnected, 100 to 3600000 ms. */
  readonly responseTimeoutMs: number;
  /** Clients whose `X-Forwarded-*` headers are trusted: all, none, or these addresses and ranges. */
  readonly trustProxy: boolean | string[];
  /** Origins whose pages can call the service from a browser; only `*` for all, empty for none. */
  readonly corsOrigins: readonly string[];
  /** Number of days for which the log of catalog changes is kept, 1 to 3650. */
  readonly changesRetentionDays: number;
  /** Whether resellers do not see offers that they may not sell without a license which they lack. */
  readonly enforceResellerLicenses: boolean;
  /** How long a request to a webhook endpoint can take, 100 to 60000 ms. */
  readonly webhookTimeoutMs: number;
  /** Whether webhook endpoints can have http URLs and private, loopback and local hosts. */
  readonly webhookAllowInsecure: boolean;
  /** The delay after each failed attempt to deliver an event, 1 to 20 of them; after one more, it is dead. */
  readonly webhookRetryDelaysMs: readonly number[];
  /** Hours without a success after which a webhook endpoint is disabled; 0 for never. */
  readonly webhookDisableAfterHours: number;
  /** Requests to webhook endpoints that each worker has in flight. */
  readonly webhookConcurrency: number;
  /** Number of days for which events are kept, 1 to 365. */
  readonly eventsRetentionDays: number;
  /** Absolute path of the JSON file that adds or changes rule sets of compliance; if undefined, there is none. */
  readonly complianceRules?: string;
  readonly metricsAccess: 'public' | 'admin';
  /** How long the readiness check returns 503 before the port is closed, 0 to 60000 ms. */
  readonly shutdownDelayMs: number;
  /** How long requests in flight can take to finish after the port is closed, 1 to 600000 ms. */
  readonly shutdownTimeoutMs: number;
  /** The base URL that clients use, without a trailing slash. */
  readonly publicUrl?: string;
}

/** Lists all configuration errors for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** @param problems one sentence for each error, without secrets */
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is invalid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * Reads the configuration from the environment. An empty variable counts as unset; spaces around a value are
 * ignored.
 * @throws ConfigError listing all errors, without secrets
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = [];
  const values = readAll(env, problems);
  const external = isSet(env, 'DATABASE_URL');
  const demo = values.DEMO === undefined ? !external : values.DEMO === 'true';
  if (demo && external && !isSet(env, 'ADMIN_API_KEY')) {
    problems.push(
      'ADMIN_API_KEY is not set; with DEMO=true and DATABASE_URL, it is required to derive the demo keys',
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(values, demo);
}

function isSet(env: NodeJS.ProcessEnv, name: keyof typeof variables): boolean {
  return Boolean(env[name]?.trim());
}

function readAll(env: NodeJS.ProcessEnv, problems: string[]): Values {
  const read = ([name, variable]: [string, Variable<unknown>]) => {
    const text = env[name]?.trim() ?? '';
    const value = text === '' ? variable.fallback : variable.parse(text);
    if (text !== '' && value === undefined) problems.push(problemWith(name, text, variable));
    return [name, value] as const;
  };
  return Object.fromEntries(Object.entries<Variable<unknown>>(variables).map(read)) as Values;
}

function problemWith(name: string, text: string, variable: Variable<unknown>): string {
  const shown = variable.secret ? `a value of ${text.length} characters (not shown)` : JSON.stringify(text);
  return `${name} is ${shown}; expected ${variable.expects}`;
}

function toConfig(values: Values, demo: boolean): Config {
  if (Array.isArray(values.TRUST_PROXY)) Object.freeze(values.TRUST_PROXY);
  Object.freeze(values.CORS_ORIGINS);
  Object.freeze(values.DATA_KEYS);
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    databasePooler: values.DATABASE_POOLER,
    dataDir: resolve(values.DATA_DIR),
    adminApiKey: values.ADMIN_API_KEY,
    dataKeys: values.DATA_KEYS,
    demo,
    logLevel: values.LOG_LEVEL,
    allowNewerSchema: values.ALLOW_NEWER_SCHEMA === 'true',
    role: values.ROLE,
    workers: values.WORKERS,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    databaseAnswerTimeoutMs: values.DATABASE_ANSWER_TIMEOUT_MS,
    statementTimeoutMs: values.STATEMENT_TIMEOUT_MS,
    rateLimitPerMinute: values.RATE_LIMIT_PER_MINUTE,
    rateLimitPerHour: values.RATE_LIMIT_PER_HOUR,
    rateLimitTeamFactor: values.RATE_LIMIT_TEAM_FACTOR,
    authFailuresPerMinute: values.AUTH_FAILURES_PER_MINUTE,
    promoFailuresPerMinute: values.PROMO_FAILURES_PER_MINUTE,
    teamZipCodes: values.TEAM_ZIP_CODES,
    teamBulkMibPerHour: values.TEAM_BULK_MIB_PER_HOUR,
    teamIdempotencyMibPerHour: values.TEAM_IDEMPOTENCY_MIB_PER_HOUR,
    publicRequestsPerMinute: values.PUBLIC_REQUESTS_PER_MINUTE,
    maxRequestsInFlight: values.MAX_REQUESTS_IN_FLIGHT,
    maxConnections: values.MAX_CONNECTIONS,
    maxHeldMib: values.MAX_HELD_MIB,
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    responseTimeoutMs: values.RESPONSE_TIMEOUT_MS,
    trustProxy: values.TRUST_PROXY,
    corsOrigins: values.CORS_ORIGINS,
    changesRetentionDays: values.CHANGES_RETENTION_DAYS,
    enforceResellerLicenses: values.ENFORCE_RESELLER_LICENSES === 'true',
    webhookTimeoutMs: values.WEBHOOK_TIMEOUT_MS,
    webhookAllowInsecure: values.WEBHOOK_ALLOW_INSECURE === 'true',
    webhookRetryDelaysMs: Object.freeze(values.WEBHOOK_RETRY_DELAYS.map((seconds) => seconds * 1000)),
    webhookDisableAfterHours: values.WEBHOOK_DISABLE_AFTER_HOURS,
    webhookConcurrency: values.WEBHOOK_CONCURRENCY,
    eventsRetentionDays: values.EVENTS_RETENTION_DAYS,
    complianceRules: values.COMPLIANCE_RULES === undefined ? undefined : resolve(values.COMPLIANCE_RULES),
    metricsAccess: values.METRICS_ACCESS,
    shutdownDelayMs: values.SHUTDOWN_DELAY_MS,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    publicUrl: values.PUBLIC_URL,
  });
}
