import type { TestTeam } from './factories.js';
import type { Harness } from './harness.js';

/** Returns a text that appears in no response by chance. */
export const marker = (name: string) => `qqhidden${name.toLowerCase()}qq`;

/** Matches text that must not appear anywhere in a response to a reseller. */
export const anyMarker = /qqhidden\w*?qq/i;

/** Members that no response to a reseller has. */
export const hiddenFieldNames = [
  'internalName',
  'internalDescription',
  'complianceNotes',
  'externalId',
  'submissionUrl',
  'allowedResellers',
  'teamId',
];

/** Returns the fields of an offer that only its provider sees, each with its own marker. */
export const fieldsWithMarkers = (sku: string, allowed: TestTeam) => ({
  sku,
  internalName: marker('internalName'),
  internalDescription: marker('internalDescription'),
  complianceNotes: marker('complianceNotes'),
  externalId: marker('externalId'),
  submissionUrl: `https://isp.example/${marker('submissionUrl')}`,
  allowedResellers: [allowed.id],
  serviceArea: { zipCodes: ['73301', '83414'], states: ['CA'] },
});

/** Returns an offer with a marker in every text. A reseller must not see any of them. */
export const offerWithMarkers = (name: string) => ({
  name: marker(`${name}name`),
  description: marker(`${name}description`),
  marketingHeadline: marker(`${name}headline`),
  marketingDescription: marker(`${name}marketing`),
  overview: marker(`${name}overview`),
  keyFeatures: [marker(`${name}feature`)],
  sku: marker(`${name}sku`),
  metadata: { [marker(`${name}key`)]: marker(`${name}value`) },
  category: 'insurance',
  serviceSpecificData: { insuranceType: marker(`${name}type`) },
  monthlyPrice: 987_654.32,
});

interface Operation {
  operationId: string;
  parameters?: {
    name: string;
    in: string;
    schema?: { enum?: string[]; type?: string; items?: { enum?: string[] } };
  }[];
}

/** Returns every GET operation under /reseller in the OpenAPI document. */
export function resellerReadOperations(harness: Harness): { path: string; operation: Operation }[] {
  const paths = harness.openapi.document.paths as Record<string, { get?: Operation }>;
  return Object.entries(paths).flatMap(([path, { get }]) =>
    path.startsWith('/reseller/') && get ? [{ path, operation: get }] : [],
  );
}

/** Returns paths for an operation with valid and invalid values of all its parameters. `ids` are IDs of any kind. */
export function requestPathsOf(
  { path, operation }: ReturnType<typeof resellerReadOperations>[number],
  ids: string[],
): string[] {
  const filled = path.includes('{') ? ids.map((id) => path.replace(/\{[^}]+\}/g, id)) : [path];
  const queries = (operation.parameters ?? [])
    .filter((each) => each.in === 'query')
    .flatMap(({ name, schema }) => {
      const choices = schema?.enum ?? schema?.items?.enum;
      const values = choices
        ? [...choices, choices.join(','), marker('given')]
        : valuesOf(name, schema?.type, ids);
      return values.map((value) => `${name}=${encodeURIComponent(value)}`);
    });
  // The parameter `ids` accepts at most ten IDs.
  const required = queries.some((query) => query.startsWith('ids='))
    ? `&ids=${ids.slice(0, 10).join(',')}`
    : '';
  return filled.flatMap((each) => [
    each,
    ...queries.map((query) =>
      query.startsWith('ids=') ? `${each}?${query}` : `${each}?${query}${required}`,
    ),
  ]);
}

function valuesOf(name: string, type: string | undefined, ids: string[]): string[] {
  if (type === 'boolean') return ['true', 'false', 'maybe'];
  if (type === 'number' || type === 'integer') return ['0', '1', '50', '-1', 'x'];
  if (name === 'ids') return [...ids, ids.slice(0, 2).join(','), ids.slice(0, 10).join(',')];
  return ['73301', '94102', 'line', 'insurance', "'", ...ids];
}
