import type { TeamRole } from '../src/teams/team.entity.js';
import { between, chance, uuidAt, weighted, zipf, type Random } from './random.js';
import { providerName, resellerName } from './words.js';

/** The creation time of the first seeded team. All other times are relative to it. */
export const epochMs = Date.UTC(2023, 0, 1);
/** Teams are created in the first month, offers in the following 34 months. */
const teamsMs = 30 * 24 * 3600 * 1000;

export interface SeedTeam {
  id: string;
  name: string;
  role: TeamRole;
  currency: string;
  verified: boolean;
  suspended: boolean;
  createdMs: number;
}

/** Which resellers a provider sells to: nearly all, some, or mostly its partners. */
export type Habit = 'open' | 'mixed' | 'closed';

export interface SeedProvider extends SeedTeam {
  brand: string;
  habit: Habit;
}

export interface SeedPartner {
  provider: string;
  reseller: string;
  tier: string | null;
  effectiveDate: string;
}

export interface SeedTeams {
  /** Teams that sell, including hybrid teams, largest first. */
  providers: SeedProvider[];
  /** Teams that buy, busiest first; the hybrid teams are at the end. */
  resellers: SeedTeam[];
  partners: SeedPartner[];
}

const currencyOf = weighted([
  ['USD', 97],
  ['CAD', 3],
] as const);

/**
 * Draws the teams and their partnerships. Hybrid teams are the last of the providers. The first provider and the first
 * reseller are meant for trying out the API.
 */
export function makeTeams(random: Random, count: number): SeedTeams {
  const providers: SeedProvider[] = [];
  const resellers: SeedTeam[] = [];
  const hybridCount = Math.floor(count * 0.05);
  const sellerCount = Math.ceil((count - hybridCount) * 0.55) + hybridCount;
  for (let index = 0; index < count; index += 1) {
    const base = baseOf(random, epochMs + Math.floor((index / count) * teamsMs));
    if (index >= sellerCount) resellers.push({ ...base, name: resellerName(random), role: 'reseller' });
    else
      providers.push(
        asProvider(random, base, index, index >= sellerCount - hybridCount ? 'hybrid' : 'provider'),
      );
  }
  const [first] = resellers;
  if (first) first.verified = true;
  resellers.push(...providers.filter((team) => team.role === 'hybrid'));
  return { providers, resellers, partners: makePartners(random, providers, resellers) };
}

function asProvider(
  random: Random,
  base: ReturnType<typeof baseOf>,
  index: number,
  role: TeamRole,
): SeedProvider {
  const suspended = index > 0 && chance(random, 0.02);
  return { ...base, ...providerName(random), role, suspended, habit: habitOf(index) };
}

function baseOf(random: Random, createdMs: number) {
  const id = uuidAt(random, createdMs);
  return { id, currency: currencyOf(random), verified: chance(random, 0.95), suspended: false, createdMs };
}

/** Returns the habit by rank, so that every seed has large providers with each habit. */
const habitOf = (rank: number): Habit => (rank % 10 === 9 ? 'closed' : rank % 10 >= 7 ? 'mixed' : 'open');

function makePartners(random: Random, providers: SeedProvider[], resellers: SeedTeam[]): SeedPartner[] {
  const drawReseller = zipf(resellers, 0.6);
  return providers.flatMap((provider) => {
    const wanted = provider.habit === 'open' ? between(random, 0, 3) : between(random, 2, 25);
    const chosen = new Set(Array.from({ length: wanted }, () => drawReseller(random).id));
    chosen.delete(provider.id);
    return [...chosen].map((reseller) => ({
      provider: provider.id,
      reseller,
      tier: chance(random, 0.5) ? 'gold' : null,
      // Some partnerships are not in effect yet.
      effectiveDate: chance(random, 0.1) ? '2099-01-01' : '2024-01-01',
    }));
  });
}
