import type { INestApplicationContext } from '@nestjs/common';
import { LicensesService } from '../licenses/licenses.service.js';
import { OffersService } from '../offers/offers.service.js';
import { Sql } from '../sql/sql.js';
import { ApiKeysService } from '../teams/api-keys/api-keys.service.js';
import { ApiKeyCheck } from '../teams/api-keys/api-key-check.js';
import type { TeamRole } from '../teams/team.entity.js';
import { TeamsService } from '../teams/teams.service.js';
import type { Caller } from '../teams/caller.js';
import { demoKey } from './demo-key.js';
import { demoOffers } from './demo-offers.js';
import { createDemoOrders } from './demo-orders.js';

/** The API keys of the demo teams. */
export interface DemoKeys {
  provider: string;
  reseller: string;
  hybrid: string;
}

const teamNames = { provider: 'Demo Provider', reseller: 'Demo Reseller', hybrid: 'Demo Marketplace' };

/** Returns the keys that the demo teams have once they exist. */
export const demoKeysFor = (adminKey: string): DemoKeys => ({
  provider: demoKey(adminKey, teamNames.provider),
  reseller: demoKey(adminKey, teamNames.reseller),
  hybrid: demoKey(adminKey, teamNames.hybrid),
});

/** Licenses of the demo reseller, for electricity in Texas and insurance in California, where its customers live. */
const demoLicenses = [
  { kind: 'puct_broker', number: 'BR000000' },
  { kind: 'insurance_producer', state: 'CA', number: '0M00000' },
];

/** The ID of the advisory lock for the demo; an arbitrary number. */
const demoLockId = 7_305_118;

/**
 * Creates a demo provider with offers, a demo reseller with licenses and orders, and a hybrid demo team, unless they exist. Several
 * processes can call it concurrently.
 */
export async function seedDemo(app: INestApplicationContext, adminKey: string): Promise<DemoKeys> {
  return app.get(Sql).job(async ({ manager }) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [demoLockId]);
    const provider = await seedTeam(app, adminKey, 'provider');
    const reseller = await seedTeam(app, adminKey, 'reseller');
    const hybrid = await seedTeam(app, adminKey, 'hybrid');
    if (provider.isNew && reseller.isNew) await createOffersAndOrders(app, provider.key, reseller.key);
    return { provider: provider.key, reseller: reseller.key, hybrid: hybrid.key };
  });
}

async function createOffersAndOrders(
  app: INestApplicationContext,
  providerKey: string,
  resellerKey: string,
): Promise<void> {
  const provider = await callerOf(app, providerKey);
  const reseller = await callerOf(app, resellerKey);
  // Without them, it sees only a part of the offers if the operator enforces the licenses of resellers.
  for (const license of demoLicenses) await app.get(LicensesService).create(reseller.id, license);
  const offers: string[] = [];
  for (const offer of demoOffers) offers.push((await app.get(OffersService).create(provider, offer)).id);
  await createDemoOrders(app, { provider, reseller }, offers);
}

async function callerOf(app: INestApplicationContext, key: string): Promise<Caller> {
  const caller = await app.get(ApiKeyCheck).findCaller(key);
  if (!caller) throw new Error('The API key of a demo team is not valid');
  return caller;
}

/** Returns the API key of a demo team. Creates the team and its key unless they exist. */
async function seedTeam(
  app: INestApplicationContext,
  adminKey: string,
  role: TeamRole,
): Promise<{ key: string; isNew: boolean }> {
  const name = teamNames[role];
  const key = demoKey(adminKey, name);
  if (await app.get(ApiKeysService).exists(key)) return { key, isNew: false };
  const team = await app.get(TeamsService).create({ name, role, verified: true });
  await app.get(ApiKeysService).create(team.id, { name: 'Demo' }, null, key);
  return { key, isNew: true };
}
