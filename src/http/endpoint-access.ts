import type { Forbidden } from './endpoint-problems.js';

/**
 * Who can call a route.
 * `team` means every team with a valid key; hybrid teams are both provider and reseller.
 */
export type Access = 'public' | 'admin' | 'team' | 'provider' | 'reseller';

const needsAdminKey: Forbidden = {
  detail: 'The admin key is required',
  help: 'The key is valid, but it is the key of a team. This operation requires the admin key.',
};

/** What the documentation says about each access. The description begins every operation's description. */
export const accessDocs: Record<Access, { description: string; schemes: string[]; forbidden: Forbidden }> = {
  public: {
    description: '**Needs no key.**',
    schemes: [],
    forbidden: needsAdminKey, // a public route can be configured to require it
  },
  admin: {
    description: '**Requires the admin key.**',
    schemes: ['adminKey', 'bearer'],
    forbidden: needsAdminKey,
  },
  team: {
    description: '**Requires the API key of a team**, whatever its role.',
    schemes: ['teamKey', 'bearer'],
    forbidden: {
      detail: 'The team is suspended',
      help: 'The team of the key is suspended, or the key is the admin key, which belongs to no team.',
    },
  },
  provider: {
    description: '**Requires the API key of a provider** or of a hybrid team.',
    schemes: ['teamKey', 'bearer'],
    forbidden: {
      detail: 'Provider role required',
      help: 'The key is valid, but its team is neither a provider nor hybrid, or is suspended.',
    },
  },
  reseller: {
    description: '**Requires the API key of a reseller** or of a hybrid team.',
    schemes: ['teamKey', 'bearer'],
    forbidden: {
      detail: 'Reseller role required',
      help: 'The key is valid, but its team is neither a reseller nor hybrid, or is suspended.',
    },
  },
};
