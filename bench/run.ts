import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { report, seededDatabase, withClient, withCluster } from './environment/databases.js';
import { describeMachine } from './environment/machine.js';
import { subjectNames } from './subjects/subject.js';
import { runOrders } from './suite/run-orders.js';
import { runScale } from './suite/run-scale.js';
import { runSuite } from './suite/run-suite.js';
import { suiteReport } from './suite/suite-report.js';

const { values } = parseArgs({
  options: {
    offers: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    only: { type: 'string', default: '.' },
    subjects: { type: 'string', default: subjectNames.join(',') },
    scale: { type: 'boolean', default: false },
    // Numbers of orders, to measure the lists of orders.
    orders: { type: 'string' },
    'no-pin': { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});

const common = {
  seconds: Number(values.seconds),
  connections: Number(values.connections),
  only: new RegExp(values.only),
  pin: !values['no-pin'],
};

async function suite(clusterUrl: string): Promise<string> {
  const size = Number(values.offers ?? 100_000);
  const subjects = subjectNames.filter((name) => values.subjects.split(',').includes(name));
  const { url } = await seededDatabase(clusterUrl, size);
  const options = { ...common, rounds: Number(values.rounds ?? 6), subjects };
  const results = await withClient(url, (client) => runSuite(url, client, options));
  return suiteReport(results, { ...options, machine: await describeMachine(clusterUrl), size });
}

async function scale(clusterUrl: string): Promise<string> {
  const sizes = (values.offers ?? '10000,100000,1000000').split(',').map(Number);
  const options = { ...common, rounds: Number(values.rounds ?? 3), sizes };
  return runScale(clusterUrl, options, await describeMachine(clusterUrl));
}

async function orders(clusterUrl: string, numbers: string): Promise<string> {
  const sizes = numbers.split(',').map(Number);
  const options = { ...common, rounds: Number(values.rounds ?? 3), sizes };
  return runOrders(clusterUrl, options, await describeMachine(clusterUrl));
}

const results = values.orders ? 'RESULTS-orders' : values.scale ? 'RESULTS-scale' : 'RESULTS';

await withCluster(async (clusterUrl) => {
  const text = await (values.orders
    ? orders(clusterUrl, values.orders)
    : values.scale
      ? scale(clusterUrl)
      : suite(clusterUrl));
  process.stdout.write(text);
  const out = values.out ?? `bench/${results}.md`;
  await writeFile(out, text);
  report(`Written to ${out}`);
});
