import type { MigrationInterface } from 'typeorm';
import { CreateTeams1764000000000 } from '../../migrations/1764000000000-create-teams.js';
import { CreateOffers1764000100000 } from '../../migrations/1764000100000-create-offers.js';
import { CreateProducts1764000200000 } from '../../migrations/1764000200000-create-products.js';
import { CreatePlans1764000300000 } from '../../migrations/1764000300000-create-plans.js';
import { CreateOfferings1764000310000 } from '../../migrations/1764000310000-create-offerings.js';

/** Every migration, oldest first; each comes from `migrations/<timestamp>-verb-noun.ts`. */
export const migrations: (new () => MigrationInterface)[] = [
  CreateTeams1764000000000,
  CreateOffers1764000100000,
  CreateProducts1764000200000,
  CreatePlans1764000300000,
  CreateOfferings1764000310000,
];
