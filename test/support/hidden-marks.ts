import type { TestTeam } from './factories.js';
import type { Harness } from './harness.js';

/** A text that stands in the answer of no endpoint by chance. */
export const mark = (name: string) => `qqhidden${name.toLowerCase()}qq`;

/** What a reseller must never read, wherever it may stand. */
export const anyMark = /qqhidden\w*?qq/i;

/** Members that no answer to a reseller has. */
export const hiddenMembers = [
  'internalName',
  'internalDescription',
  'complianceNotes',
  'externalId',
  'submissionUrl',
  'allowedResellers',
  'teamId',
];

/** The fields of an offer that only its provider sees, each with a mark of its own. */
export const markedFields = (sku: string, allowed: TestTeam) => ({
  sku,
  internalName: mark('internalName'),
  internalDescription: mark('internalDescription'),
  complianceNotes: mark('complianceNotes'),
  externalId: mark('externalId'),
  submissionUrl: `https://isp.example/${mark('submissionUrl')}`,
  allowedResellers: [allowed.id],
  serviceArea: { zipCodes: ['73301', '83414'], states: ['CA'] },
});

/** An offer whose every text is marked: a reseller must not see any of it. */
export const markedOffer = (name: string) => ({
  name: mark(`${name}name`),
  description: mark(`${name}description`),
  marketingHeadline: mark(`${name}headline`),
  marketingDescription: mark(`${name}marketing`),
  overview: mark(`${name}overview`),
  keyFeatures: [mark(`${name}feature`)],
  sku: mark(`${name}sku`),
  metadata: { [mark(`${name}key`)]: mark(`${name}value`) },
  category: 'insurance',
  serviceSpecificData: { insuranceType: mark(`${name}type`) },
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

/** Every GET below /reseller that the OpenAPI document names, and its query parameters. */
export function resellerReads(harness: Harness): { path: string; operation: Operation }[] {
  const paths = harness.openapi.document.paths as Record<string, { get?: Operation }>;
  return Object.entries(paths).flatMap(([path, { get }]) =>
    path.startsWith('/reseller/') && get ? [{ path, operation: get }] : [],
  );
}

/** Addresses of a read with good and bad values of everything that it takes; `ids` are of all kinds. */
export function addressesOf(
  { path, operation }: ReturnType<typeof resellerReads>[number],
  ids: string[],
): string[] {
  const filled = path.includes('{') ? ids.map((id) => path.replace(/\{[^}]+\}/g, id)) : [path];
  const queries = (operation.parameters ?? [])
    .filter((each) => each.in === 'query')
    .flatMap(({ name, schema }) => {
      const choices = schema?.enum ?? schema?.items?.enum;
      const values = choices
        ? [...choices, choices.join(','), mark('given')]
        : valuesOf(name, schema?.type, ids);
      return values.map((value) => `${name}=${encodeURIComponent(value)}`);
    });
  // Lists of ids take at most ten.
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
