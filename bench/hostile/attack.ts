import type { Tally } from './hostile-client.js';
import type { Sizes } from './sizes.js';
import type { Site } from './site.js';

/** What an attack has found out, apart from what is measured in the same way for all of them. */
export interface AttackResult {
  /** How the requests of the attacker ended. */
  endings: Tally;
  /** Further figures, keyed by their description with the unit. */
  facts: Record<string, number>;
}

/** One attack on the service. */
export interface Attack {
  /** The number of the group; the process is a new one for each group. */
  group: number;
  name: string;
  /** Creates what the attack needs. @returns a function that attacks; its duration is bounded */
  prepare(site: Site, sizes: Sizes): Promise<() => Promise<AttackResult>>;
}
