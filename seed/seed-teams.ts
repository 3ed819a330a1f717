import type { TeamRole } from '../src/teams/team.entity.js';
import { between, chance, uuidAt, weighted, zipf, type Random } from './random.js';
import { providerName, resellerName } from './words.js';

/** The time of the first seeded team; everything else comes a fixed while later. */
export const epochMs = Date.UTC(2023, 0, 1);
/** Teams come in the first month, offers in the 34 months after it. */
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

/** How openly a provider sells: to everyone, to some, mostly to partners. */
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
  /** Those who sell, hybrids among them, the largest first. */
  providers: SeedProvider[];
  /** Those who buy, hybrids among them, the busiest first. */
  resellers: SeedTeam[];
  partners: SeedPartner[];
}

const currencyOf = weighted([
  ['USD', 97],
  ['CAD', 3],
] as const);

/** Hybrids are the last of the providers. The first provider and the first reseller are there to be tried. */
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

/** By rank, so that large providers of each habit occur whatever the seed. */
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
      // Some partnerships are agreed upon and not yet in effect.
      effectiveDate: chance(random, 0.1) ? '2099-01-01' : '2024-01-01',
    }));
  });
}
