import type { Client } from 'pg';
import { runBulk, type BulkResult } from './bulk.js';
import { agree, loadSubject, type Slice } from './measure.js';
import { hasPgbench, runPgbench } from './pgbench.js';
import { median } from './about.js';
import { quiet, say, vacuum } from './site.js';
import { Subject, type SubjectName } from './subject.js';
import { suite, type SuiteCase } from './suite.js';
import { canPin, memoryMib, otherCpu, pinPostgres, postmasterOf, serverCpu } from './usage.js';
import { clearWorld, makeWorld, type World } from './world.js';

export interface SuiteOptions {
  rounds: number;
  seconds: number;
  connections: number;
  only: RegExp;
  subjects: readonly SubjectName[];
  pin: boolean;
}

export interface CaseResult {
  case: SuiteCase;
  /** By subject, one slice a round. */
  slices: Map<SubjectName, Slice[]>;
  /** Of a conditional request: the full answers of the service in between. */
  full: Slice[];
}

export interface SuiteResults {
  cases: CaseResult[];
  bulk: BulkResult[];
  /** By subject: MiB before any load, after all of it, and the most in between; milliseconds to the first 200. */
  processes: { name: SubjectName; idle: number; after: number; peak: number; startMs: number }[];
  pinned: string;
  notes: string[];
}

const starts = 3;
/** Who answers fewer requests a second than this is measured in the first round alone: it keeps Postgres busy for long. */
const slow = 50;

/** Where everything runs. */
export interface Place {
  serverCpu?: number;
  otherCpu?: number;
  postmaster?: number;
  told: string;
  release(): void;
}

/** Gives the server a processor of its own, where that can be done. */
export async function place(client: Client, pin: boolean): Promise<Place> {
  const postmaster = await postmasterOf(client);
  if (!pin || !canPin())
    return { postmaster, told: 'Nothing was pinned to a processor', release: () => undefined };
  const unpin = pinPostgres(postmaster, otherCpu);
  const others = unpin ? 'the load, pgbench and Postgres' : 'the load and pgbench (Postgres was not pinned)';
  return {
    serverCpu,
    otherCpu,
    postmaster,
    told: `The server under test ran on CPU ${serverCpu}, ${others} on CPU ${otherCpu}`,
    release: () => unpin?.(),
  };
}

export async function runSuite(url: string, client: Client, options: SuiteOptions): Promise<SuiteResults> {
  const world = await makeWorld(client);
  const where = await place(client, options.pin);
  const servers: Subject[] = [];
  try {
    const startMs = new Map<SubjectName, number>();
    for (const name of new Set<SubjectName>(['service', ...options.subjects]))
      if (name !== 'pgbench') servers.push(await startOften(name, { url, world, where, startMs }));
    const idle = servers.map(({ pid }) => memoryMib(pid).now);
    const wanted = suite.filter(({ name }) => options.only.test(name));
    const notes = options.subjects.includes('pgbench') && !hasPgbench() ? ['pgbench is not installed'] : [];
    const cases: CaseResult[] = [];
    for (const each of wanted)
      cases.push(await runCase(each, { url, client, world, where, servers, options, notes }));
    const [service] = servers;
    const bulk =
      service && options.only.test('bulk')
        ? await runBulk(service, { world, where, client, rounds: options.rounds })
        : [];
    const processes = servers.map(({ name, pid }, index) => {
      const { now: after, peak } = memoryMib(pid);
      return { name, idle: idle[index] ?? NaN, after, peak, startMs: startMs.get(name) ?? NaN };
    });
    return { cases, bulk, processes, pinned: where.told, notes };
  } finally {
    for (const server of servers) await server.stop();
    await clearWorld(client);
    where.release();
  }
}

interface Starting {
  url: string;
  world: World;
  where: Place;
  startMs: Map<SubjectName, number>;
}

async function startOften(
  name: Exclude<SubjectName, 'pgbench'>,
  { url, world, where, startMs }: Starting,
): Promise<Subject> {
  const times: number[] = [];
  for (;;) {
    const started = await startSubject(name, url, world, where.serverCpu);
    times.push(started.startMs);
    if (times.length === starts) {
      startMs.set(name, median(times));
      return started;
    }
    await started.stop();
  }
}

export function startSubject(
  name: Exclude<SubjectName, 'pgbench'>,
  databaseUrl: string,
  { reseller }: World,
  cpu: number | undefined,
  env?: Record<string, string>,
): Promise<Subject> {
  const path = `/reseller/catalog/${reseller.offers[0]}`;
  const probe = { method: 'GET', path, headers: { 'x-api-key': reseller.key } };
  return Subject.start(name, { databaseUrl, probe, cpu, env });
}

interface Running {
  url: string;
  client: Client;
  world: World;
  where: Place;
  servers: Subject[];
  options: SuiteOptions;
  notes: string[];
}

/** There and back again: whoever comes next finds pages in memory and in the log that the one before has left there. */
const inTurn = <T>(all: readonly T[], round: number) => (round % 2 === 0 ? all : all.toReversed());

async function runCase(each: SuiteCase, running: Running): Promise<CaseResult> {
  const { url, client, world, where, servers, options, notes } = running;
  const [service] = servers;
  if (!service) throw new Error('No service');
  const asks = await each.asks(world, service);
  const taking = servers.filter(
    ({ name }) => options.subjects.includes(name) && each.subjects.includes(name),
  );
  const clear = async () => void (each.clear && (await client.query(each.clear)));
  const writes = asks.some(({ method }) => method !== 'GET');
  const tidy = async () => {
    await clear();
    if (writes) await vacuum(client);
  };
  await agree(taking, asks, each.expected, clear);
  const withPgbench = options.subjects.includes('pgbench') && hasPgbench();
  const statements = withPgbench ? await each.statements?.(world, client) : undefined;
  const { otherCpu: cpu, postmaster } = where;
  const load = { ...options, expected: each.expected, cpu, postmaster };
  const slices = new Map<SubjectName, Slice[]>();
  const saved = suite.find(({ name }) => name === each.saves);
  const fullAsks = await saved?.asks(world, service);
  const full: Slice[] = [];
  const add = (name: SubjectName, slice: Slice) => slices.set(name, [...(slices.get(name) ?? []), slice]);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const subject of inTurn(taking, round)) {
      if ((slices.get(subject.name)?.[0]?.rate ?? Infinity) < slow) continue;
      await quiet(client);
      const slice = await loadSubject(subject, asks, load);
      if (slice.errors > 0) notes.push(`${each.name}, ${subject.name}: ${slice.errors} unexpected answers`);
      add(subject.name, slice);
      await tidy();
    }
    if (fullAsks) full.push(await loadSubject(service, fullAsks, { ...load, expected: 200 }));
    if (statements) {
      await quiet(client);
      const measured = await runPgbench(statements, {
        ...load,
        databaseUrl: url,
        planMode: each.planMode ?? 'generic',
      });
      add('pgbench', { p50: NaN, p99: NaN, serverUs: NaN, requests: NaN, errors: 0, ...measured });
    }
  }
  say(
    `${each.name}: ${[...slices].map(([name, all]) => `${name} ${Math.round(median(all.map(({ rate }) => rate)))}/s`).join(', ')}`,
  );
  return { case: each, slices, full };
}
