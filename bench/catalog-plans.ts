import { Client } from 'pg';
import { catalogOfferJson } from '../src/catalog/listing/catalog-json.js';
import { visibleOffersByIds } from '../src/catalog/listing/catalog-page.query.js';
import type { Statement } from '../src/sql/statement.js';
import { casesOf, factsOf, type Case, type Facts } from './cases.js';
import { firstPage, typedQuery, type Run } from './statements.js';

interface Node {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Node[];
}
interface Explained {
  Plan: Node & { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
  'Execution Time': number;
  'Planning Time': number;
}

export interface Look {
  name: string;
  planningMs: number;
  executionMs: number;
  blocks: number;
  /** Rows of offers that were read, those that a filter threw away among them. */
  visited: number;
  nodes: string[];
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

async function look(client: Client, name: string, { text, values }: Statement): Promise<Look> {
  const { rows } = await client.query<{ 'QUERY PLAN': Explained[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
    values,
  );
  const explained = rows[0]?.['QUERY PLAN'][0];
  if (!explained) throw new Error('No plan');
  const nodes = nodesOf(explained.Plan);
  const offers = nodes.filter((node) => node['Relation Name'] === 'offers');
  const read = (node: Node) =>
    (node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0)) *
    node['Actual Loops'];
  return {
    name,
    planningMs: explained['Planning Time'],
    executionMs: explained['Execution Time'],
    blocks: explained.Plan['Shared Hit Blocks'] + explained.Plan['Shared Read Blocks'],
    visited: Math.round(offers.reduce((sum, node) => sum + read(node), 0)),
    nodes: nodes
      .filter((node) => node['Index Name'] ?? node['Node Type'].includes('Seq'))
      .map((node) => node['Index Name'] ?? `${node['Node Type']} ${node['Relation Name']}`),
  };
}

/** The statements that the service would run, one after the other. */
async function statementsOf(client: Client, each: Case, facts: Facts): Promise<Statement[]> {
  const id = facts[each.reseller ?? 'busy'];
  if (each.offerId) return [visibleOffersByIds({ id, verified: true }, [each.offerId], catalogOfferJson)];
  const run: Run = async ({ text, values }) =>
    (await client.query<Record<string, unknown>>(text, values)).rows;
  const statements: Statement[] = [];
  await firstPage(id, typedQuery(each.query ?? {}), run, (statement) => {
    statements.push(statement);
    return run(statement);
  });
  return statements;
}

export async function plansOf(url: string, wanted: RegExp): Promise<Look[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const facts = await factsOf(client);
    const looks: Look[] = [];
    for (const each of casesOf(facts).filter(({ name, skip }) => wanted.test(name) && !skip))
      for (const statement of await statementsOf(client, each, facts)) {
        await look(client, each.name, statement);
        looks.push(await look(client, each.name, statement));
      }
    return looks;
  } finally {
    await client.end();
  }
}

const [url, pattern = '.'] = process.argv.slice(2);
if (!url) throw new Error('Usage: node dist/bench/catalog-plans.js <postgres URL> [pattern]');
for (const { name, planningMs, executionMs, blocks, visited, nodes } of await plansOf(
  url,
  new RegExp(pattern),
))
  process.stdout.write(
    `${name.padEnd(60)} ${planningMs.toFixed(1).padStart(6)} ${executionMs.toFixed(1).padStart(8)} ms ${String(blocks).padStart(7)} blocks ${String(visited).padStart(7)} rows  ${nodes.join(' ')}\n`,
  );
