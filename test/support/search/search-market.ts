import { DataSource } from 'typeorm';
import { chance, pick, type Random } from '../../../seed/random.js';
import { uploadOffers } from '../bulk-upload.js';
import { catalogCalls, dayFromNow } from '../catalog-calls.js';
import { makeTeam, type TestTeam } from '../factories.js';
import type { Harness } from '../harness.js';
import { hardOffer, hardTexts } from './hard-texts.js';
import type { SearchedOffer } from './naive-search.js';

/** A team that searches, and all offers that it may see. */
export interface SearchReader {
  name: string;
  team: TestTeam;
  visible: SearchedOffer[];
}

interface StoredOffer {
  id: string;
  team: string;
  name: string;
  headline: string | null;
  features: string[];
  description: string | null;
  status: string;
  visibility: string;
  allowed: string[];
}

/** The facts about teams that decide who sees an offer. */
interface Access {
  unverified: Set<string>;
  suspended: Set<string>;
  /** Pairs of a provider and a reseller, joined by a space, whose partnership has begun. */
  partners: Set<string>;
}

/**
 * Adds offers with hard texts to a seeded database, and five readers with different rights to them and to the seeded
 * offers.
 */
export async function addReaders(harness: Harness, random: Random): Promise<SearchReader[]> {
  const { prefer } = catalogCalls(() => harness);
  const provider = await makeTeam(harness, 'provider', { name: 'Hard texts' });
  const ordinary = await makeTeam(harness, 'reseller');
  const partner = await makeTeam(harness, 'reseller');
  const selected = await makeTeam(harness, 'reseller');
  const unverified = await makeTeam(harness, 'reseller', { verified: false });
  const hybrid = await makeTeam(harness, 'hybrid');
  const later = await makeTeam(harness, 'reseller');
  await prefer(provider, { resellerTeamId: partner.id });
  await prefer(provider, { resellerTeamId: unverified.id });
  await prefer(provider, { resellerTeamId: later.id, effectiveDate: dayFromNow(30) });
  const allowedResellers = [selected.id, unverified.id];
  await addHardOffers(harness, provider, random, allowedResellers);
  await addHardOffers(harness, hybrid, random, [later.id]);
  const dataSource = harness.app.get(DataSource);
  // Rights to about half of the seeded offers that not everybody sees.
  await dataSource.query(
    `INSERT INTO preferred_partners (provider_team_id, reseller_team_id, effective_date, created_at, updated_at)
       SELECT id, $1, CASE WHEN right(id::text, 1) < '8' THEN date '2024-01-01' ELSE date '2099-01-01' END, now(), now()
         FROM teams WHERE role <> 'reseller' AND id NOT IN ($1, $2)`,
    [partner.id, provider.id],
  );
  await dataSource.query(
    `UPDATE offers SET allowed_resellers = allowed_resellers || $1::uuid[]
      WHERE visibility = 'selected' AND team_id NOT IN ($2, $3) AND right(id::text, 1) < '8'`,
    [allowedResellers, provider.id, hybrid.id],
  );
  const teams = Object.entries({ ordinary, partner, selected, unverified, hybrid });
  const access = await readAccess(dataSource);
  const offers = await readOffers(dataSource);
  return teams.map(([name, team]) => ({
    name,
    team,
    visible: offers.filter((offer) => sees(access, team.id, offer)).map(searched),
  }));
}

async function addHardOffers(
  harness: Harness,
  team: TestTeam,
  random: Random,
  allowedResellers: string[],
): Promise<void> {
  // Every text occurs alone as the name of a public offer, and mixed with others in offers of all kinds.
  const alone = hardTexts.map((name) => ({ name, status: 'active', visibility: 'public' }));
  const mixed = Array.from({ length: 200 }, () => {
    const visibility = pick(random, ['public', 'preferred', 'selected']);
    return {
      ...hardOffer(random),
      status: chance(random, 0.9) ? 'active' : pick(random, ['draft', 'inactive']),
      visibility,
      ...(visibility === 'selected' ? { allowedResellers } : {}),
    };
  });
  const rows = [...alone, ...mixed].map((row, index) => ({ sku: `HARD-${index}`, ...row }));
  const lines = await uploadOffers(harness, team, rows);
  expect(lines.filter(({ result }) => result !== 'created')).toEqual([]);
}

const readOffers = (dataSource: DataSource): Promise<StoredOffer[]> =>
  dataSource.query(
    `SELECT id, team_id AS team, name, marketing_headline AS headline, key_features AS features, description, status,
            visibility, allowed_resellers AS allowed FROM offers`,
  );

async function readAccess(dataSource: DataSource): Promise<Access> {
  const teams: { id: string; verified: boolean; suspended: boolean }[] = await dataSource.query(
    'SELECT id, verified_at IS NOT NULL AS verified, suspended_at IS NOT NULL AS suspended FROM teams',
  );
  const partners: { provider: string; reseller: string; since: string }[] = await dataSource.query(
    'SELECT provider_team_id AS provider, reseller_team_id AS reseller, effective_date::text AS since FROM preferred_partners',
  );
  const today = dayFromNow(0);
  return {
    unverified: new Set(teams.filter(({ verified }) => !verified).map(({ id }) => id)),
    suspended: new Set(teams.filter(({ suspended }) => suspended).map(({ id }) => id)),
    partners: new Set(
      partners
        .filter(({ since }) => since <= today)
        .map(({ provider, reseller }) => `${provider} ${reseller}`),
    ),
  };
}

function sees({ unverified, suspended, partners }: Access, reader: string, offer: StoredOffer): boolean {
  if (unverified.has(reader) || suspended.has(reader) || suspended.has(offer.team)) return false;
  if (offer.status !== 'active') return false;
  if (offer.visibility === 'public' || offer.team === reader) return true;
  if (offer.visibility === 'selected') return offer.allowed.includes(reader);
  return partners.has(`${offer.team} ${reader}`);
}

const searched = ({ id, name, headline, features, description }: StoredOffer): SearchedOffer => ({
  id,
  texts: [name, headline, ...features, description].filter((text) => text !== null),
});
