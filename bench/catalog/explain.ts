import type { Client } from 'pg';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import { visibleOffersByIds } from '../../src/catalog/listing/catalog-page.query.js';
import type { Statement } from '../../src/sql/statement.js';
import { withClient } from '../environment/databases.js';
import { casesOf, factsOf, type CatalogCase, type CatalogFacts } from './catalog-cases.js';
import { firstPage, typedQuery, type RunStatement } from './first-page.js';

/*
 * Runs EXPLAIN (ANALYZE, BUFFERS) on the statements that the service sends for catalog requests, and prints the time,
 * blocks, rows and indexes of each.
 */

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: PlanNode[];
}
interface Explained {
  Plan: PlanNode & { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
  'Execution Time': number;
  'Planning Time': number;
}

interface PlanSummary {
  name: string;
  planningMs: number;
  executionMs: number;
  blocks: number;
  /** The number of rows read from `offers`, including those that a filter removed. */
  rowsRead: number;
  /** The indexes used, and the tables scanned sequentially. */
  access: string[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

async function explain(client: Client, name: string, { text, values }: Statement): Promise<PlanSummary> {
  const { rows } = await client.query<{ 'QUERY PLAN': Explained[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
    values,
  );
  const explained = rows[0]?.['QUERY PLAN'][0];
  if (!explained) throw new Error('No plan');
  const nodes = nodesOf(explained.Plan);
  const offers = nodes.filter((node) => node['Relation Name'] === 'offers');
  const rowsRead = (node: PlanNode) =>
    (node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0)) *
    node['Actual Loops'];
  return {
    name,
    planningMs: explained['Planning Time'],
    executionMs: explained['Execution Time'],
    blocks: explained.Plan['Shared Hit Blocks'] + explained.Plan['Shared Read Blocks'],
    rowsRead: Math.round(offers.reduce((sum, node) => sum + rowsRead(node), 0)),
    access: nodes
      .filter((node) => node['Index Name'] ?? node['Node Type'].includes('Seq'))
      .map((node) => node['Index Name'] ?? `${node['Node Type']} ${node['Relation Name']}`),
  };
}

/** Returns the statements that the service sends for one request. */
async function statementsOf(
  client: Client,
  catalogCase: CatalogCase,
  facts: CatalogFacts,
): Promise<Statement[]> {
  const id = facts[catalogCase.reseller ?? 'busy'];
  if (catalogCase.offerId)
    return [
      visibleOffersByIds(
        { id, verified: true, needsLicenses: false },
        [catalogCase.offerId],
        catalogOfferJson,
      ),
    ];
  const run: RunStatement = async ({ text, values }) =>
    (await client.query<Record<string, unknown>>(text, values)).rows;
  const statements: Statement[] = [];
  await firstPage(id, typedQuery(catalogCase.query ?? {}), run, (statement) => {
    statements.push(statement);
    return run(statement);
  });
  return statements;
}

async function explainCases(client: Client, only: RegExp): Promise<PlanSummary[]> {
  const facts = await factsOf(client);
  const summaries: PlanSummary[] = [];
  for (const catalogCase of casesOf(facts).filter(({ name, skip }) => only.test(name) && !skip))
    for (const statement of await statementsOf(client, catalogCase, facts)) {
      await explain(client, catalogCase.name, statement); // loads the pages into memory
      summaries.push(await explain(client, catalogCase.name, statement));
    }
  return summaries;
}

const [url, pattern = '.'] = process.argv.slice(2);
if (!url) throw new Error('Usage: node dist/bench/catalog/explain.js <postgres URL> [pattern]');
const summaries = await withClient(url, (client) => explainCases(client, new RegExp(pattern)));
for (const { name, planningMs, executionMs, blocks, rowsRead, access } of summaries)
  process.stdout.write(
    `${name.padEnd(60)} ${planningMs.toFixed(1).padStart(6)} ${executionMs.toFixed(1).padStart(8)} ms ${String(blocks).padStart(7)} blocks ${String(rowsRead).padStart(7)} rows  ${access.join(' ')}\n`,
  );
