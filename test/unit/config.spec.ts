import { resolve } from 'node:path';
import { ConfigError, configVariables, loadConfig } from '../../src/config/config.js';

const key = 'k'.repeat(24);
const dataKey = Buffer.alloc(32, 1).toString('base64');
const otherDataKey = Buffer.alloc(32, 2).toString('base64');
const databaseUrl = 'postgres://someone:hunter2@db.example.com:5432/offerdock';

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('loadConfig', () => {
  it('has a default for every value', () => {
    expect(loadConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      databasePooler: 'none',
      dataDir: resolve('.data'),
      adminApiKey: undefined,
      dataKeys: [],
      demo: true,
      logLevel: 'info',
      allowNewerSchema: false,
      role: 'all',
      workers: 1,
      databasePoolSize: 20,
      databaseAnswerTimeoutMs: 2_000,
      statementTimeoutMs: 15_000,
      rateLimitPerMinute: 100,
      rateLimitPerHour: 10_000,
      rateLimitTeamFactor: 10,
      teamZipCodes: 2_000_000,
      teamBulkMibPerHour: 1024,
      teamIdempotencyMibPerHour: 256,
      authFailuresPerMinute: 30,
      changesRetentionDays: 30,
      webhookTimeoutMs: 10_000,
      webhookAllowInsecure: false,
      webhookRetryDelaysMs: [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000],
      webhookDisableAfterHours: 72,
      webhookConcurrency: 128,
      eventsRetentionDays: 30,
      promoFailuresPerMinute: 20,
      publicRequestsPerMinute: 300,
      maxRequestsInFlight: 256,
      maxConnections: 10_000,
      maxHeldMib: 96,
      requestTimeoutMs: 30_000,
      responseTimeoutMs: 30_000,
      trustProxy: false,
      corsOrigins: [],
      metricsAccess: 'public',
      shutdownDelayMs: 500,
      shutdownTimeoutMs: 10_000,
      publicUrl: undefined,
      complianceRules: undefined,
      enforceResellerLicenses: false,
    });
  });

  it('treats an empty variable as unset', () => {
    const empty = Object.fromEntries(configVariables.map((name) => [name, ' ']));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });

  it('returns a frozen object with frozen lists', () => {
    const config = loadConfig({ TRUST_PROXY: '10.0.0.1', CORS_ORIGINS: 'https://app.example.com' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.dataKeys)).toBe(true);
    expect(Object.isFrozen(config.trustProxy)).toBe(true);
    expect(Object.isFrozen(config.corsOrigins)).toBe(true);
  });

  it.each([
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['HOST', '::', { host: '::' }],
    ['DATABASE_URL', databaseUrl, { databaseUrl, demo: false }],
    ['DATABASE_URL', 'postgresql://localhost/x', { databaseUrl: 'postgresql://localhost/x' }],
    ['DATA_DIR', '/var/lib/offerdock', { dataDir: '/var/lib/offerdock' }],
    ['ADMIN_API_KEY', key, { adminApiKey: key }],
    ['DATA_KEYS', `k1:${dataKey}`, { dataKeys: [{ id: 'k1', base64: dataKey }] }],
    [
      'DATA_KEYS',
      `2027:${otherDataKey}, k_1:${dataKey}`,
      {
        dataKeys: [
          { id: '2027', base64: otherDataKey },
          { id: 'k_1', base64: dataKey },
        ],
      },
    ],
    ['DEMO', 'false', { demo: false }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['WORKERS', '64', { workers: 64 }],
    ['DATABASE_POOL_SIZE', ' 500 ', { databasePoolSize: 500 }],
    ['STATEMENT_TIMEOUT_MS', '100', { statementTimeoutMs: 100 }],
    ['RATE_LIMIT_PER_MINUTE', '0', { rateLimitPerMinute: 0 }],
    ['RATE_LIMIT_PER_HOUR', '100000000', { rateLimitPerHour: 100_000_000 }],
    ['RATE_LIMIT_TEAM_FACTOR', '0', { rateLimitTeamFactor: 0 }],
    ['TEAM_ZIP_CODES', '45000', { teamZipCodes: 45_000 }],
    ['TEAM_BULK_MIB_PER_HOUR', '0', { teamBulkMibPerHour: 0 }],
    ['TEAM_IDEMPOTENCY_MIB_PER_HOUR', '0', { teamIdempotencyMibPerHour: 0 }],
    ['AUTH_FAILURES_PER_MINUTE', '5', { authFailuresPerMinute: 5 }],
    ['PROMO_FAILURES_PER_MINUTE', '0', { promoFailuresPerMinute: 0 }],
    ['PUBLIC_REQUESTS_PER_MINUTE', '0', { publicRequestsPerMinute: 0 }],
    ['MAX_REQUESTS_IN_FLIGHT', '0', { maxRequestsInFlight: 0 }],
    ['MAX_CONNECTIONS', '500', { maxConnections: 500 }],
    ['MAX_HELD_MIB', '8', { maxHeldMib: 8 }],
    ['REQUEST_TIMEOUT_MS', '100', { requestTimeoutMs: 100 }],
    ['RESPONSE_TIMEOUT_MS', '3600000', { responseTimeoutMs: 3_600_000 }],
    ['TRUST_PROXY', 'true', { trustProxy: true }],
    ['TRUST_PROXY', '10.0.0.0/8, ::1,fd00::/8', { trustProxy: ['10.0.0.0/8', '::1', 'fd00::/8'] }],
    ['CORS_ORIGINS', '*', { corsOrigins: ['*'] }],
    [
      'CORS_ORIGINS',
      'https://App.example.com/, http://localhost:5173,https://[::1]:443',
      { corsOrigins: ['https://app.example.com', 'http://localhost:5173', 'https://[::1]'] },
    ],
    ['WEBHOOK_TIMEOUT_MS', '60000', { webhookTimeoutMs: 60_000 }],
    ['WEBHOOK_ALLOW_INSECURE', 'true', { webhookAllowInsecure: true }],
    ['WEBHOOK_RETRY_DELAYS', '0.5, 30', { webhookRetryDelaysMs: [500, 30_000] }],
    ['WEBHOOK_DISABLE_AFTER_HOURS', '0.25', { webhookDisableAfterHours: 0.25 }],
    ['WEBHOOK_CONCURRENCY', '1000', { webhookConcurrency: 1000 }],
    ['METRICS_ACCESS', 'admin', { metricsAccess: 'admin' }],
    ['SHUTDOWN_DELAY_MS', '0', { shutdownDelayMs: 0 }],
    ['SHUTDOWN_TIMEOUT_MS', '1', { shutdownTimeoutMs: 1 }],
    ['PUBLIC_URL', 'https://api.example.com/', { publicUrl: 'https://api.example.com' }],
    ['PUBLIC_URL', 'http://example.com/offers/', { publicUrl: 'http://example.com/offers' }],
  ])('reads %s=%s', (name, text, expected) => {
    expect(loadConfig({ [name]: text })).toMatchObject(expected);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3e3'],
    ['PORT', '80.5'],
    ['HOST', 'http://localhost'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_URL', 'localhost:5432'],
    ['DATABASE_URL', 'postgres://me:50%@localhost/x'],
    ['ADMIN_API_KEY', 'k'.repeat(23)],
    ['ADMIN_API_KEY', `${key} ${key}`],
    ['ADMIN_API_KEY', `${key}é`],
    ['DATA_KEYS', dataKey],
    ['DATA_KEYS', `k1:${dataKey.slice(4)}`],
    ['DATA_KEYS', `k1:${dataKey},`],
    ['DATA_KEYS', `${'k'.repeat(33)}:${dataKey}`],
    ['DATA_KEYS', `k1:${dataKey},k1:${otherDataKey}`],
    ['DATA_KEYS', `k1:${dataKey},k2:${dataKey}`],
    ['DEMO', 'yes'],
    ['LOG_LEVEL', 'verbose'],
    ['WORKERS', '0'],
    ['WORKERS', '65'],
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_POOL_SIZE', '501'],
    ['STATEMENT_TIMEOUT_MS', '0'],
    ['STATEMENT_TIMEOUT_MS', '600001'],
    ['RATE_LIMIT_PER_MINUTE', '1000001'],
    ['RATE_LIMIT_PER_HOUR', 'unlimited'],
    ['RATE_LIMIT_TEAM_FACTOR', '1.5'],
    ['TEAM_ZIP_CODES', '-1'],
    ['TEAM_BULK_MIB_PER_HOUR', '1GB'],
    ['AUTH_FAILURES_PER_MINUTE', '1_000'],
    ['PROMO_FAILURES_PER_MINUTE', '-1'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.1,'],
    ['CORS_ORIGINS', 'app.example.com'],
    ['CORS_ORIGINS', 'https://app.example.com/shop'],
    ['CORS_ORIGINS', 'https://app.example.com?'],
    ['CORS_ORIGINS', 'https://me@app.example.com'],
    ['CORS_ORIGINS', 'https://*.example.com'],
    ['CORS_ORIGINS', 'https://app.example.com,'],
    ['CORS_ORIGINS', 'https://app.example.com,*'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'file:///app'],
    ['WEBHOOK_TIMEOUT_MS', '99'],
    ['WEBHOOK_ALLOW_INSECURE', '1'],
    ['WEBHOOK_RETRY_DELAYS', '5,,30'],
    ['WEBHOOK_RETRY_DELAYS', '0'],
    ['WEBHOOK_RETRY_DELAYS', Array(21).fill('5').join(',')],
    ['WEBHOOK_DISABLE_AFTER_HOURS', '-1'],
    ['WEBHOOK_CONCURRENCY', '0'],
    ['METRICS_ACCESS', 'none'],
    ['SHUTDOWN_DELAY_MS', '60001'],
    ['SHUTDOWN_TIMEOUT_MS', '0'],
    ['PUBLIC_URL', 'api.example.com'],
    ['PUBLIC_URL', 'https://me:secret@api.example.com'],
  ])('rejects %s=%s', (name, text) => {
    expect(problemsOf({ [name]: text })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is .*; expected .+`)),
    ]);
  });

  it('reports all errors at once', () => {
    const problems = problemsOf({ PORT: 'a', LOG_LEVEL: 'b', TRUST_PROXY: 'c' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['PORT', 'LOG_LEVEL', 'TRUST_PROXY']);
    expect(() => loadConfig({ PORT: 'a', LOG_LEVEL: 'b' })).toThrow(/PORT is "a".*\n.*LOG_LEVEL is "b"/);
  });

  it('never repeats a secret', () => {
    const problems = problemsOf({
      ADMIN_API_KEY: 'too short',
      DATABASE_URL: 'mysql://me:hunter2@db/x',
      DATA_KEYS: 'k1:swordfish',
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toMatch(/too short|hunter2|swordfish/);
  });

  it('creates demo data in an external database only if configured to, and only with an admin key', () => {
    expect(loadConfig({ DATABASE_URL: databaseUrl }).demo).toBe(false);
    expect(loadConfig({ DATABASE_URL: databaseUrl, DEMO: 'true', ADMIN_API_KEY: key }).demo).toBe(true);
    expect(problemsOf({ DATABASE_URL: databaseUrl, DEMO: 'true' })).toEqual([
      expect.stringContaining('ADMIN_API_KEY is not set'),
    ]);
    expect(problemsOf({ DATABASE_URL: 'nonsense' })).toHaveLength(1);
  });
});
