import type { Load } from '../load/load.js';
import type { Site } from '../site/site.js';

/** How long a scenario takes: long enough to measure, or short enough for every run of the tests. */
export interface Sizes {
  /** How long the load runs before the trouble, in milliseconds. */
  warmUpMs: number;
  /** How long a trouble lasts, in milliseconds. */
  holdMs: number;
  /** How long a service must have had no trouble to count as healthy, in milliseconds. */
  quietMs: number;
  /** How often something is killed. */
  kills: number;
}

export const fullSizes: Sizes = { warmUpMs: 1_000, holdMs: 15_000, quietMs: 6_000, kills: 3 };
export const shortSizes: Sizes = { warmUpMs: 500, holdMs: 1_500, quietMs: 1_500, kills: 1 };

export interface Trouble {
  site: Site;
  load: Load;
  sizes: Sizes;
}

/** A way in which the service or its database fails while it is in use. */
export interface Scenario {
  name: string;
  /** Whether the scenario needs a site whose disk is small enough to be filled. */
  needsSmallDisk?: boolean;
  /** Makes the trouble under load, and resolves when it is over. */
  run(trouble: Trouble): Promise<void>;
}
