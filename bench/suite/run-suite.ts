import type { Client } from 'pg';
import { report, vacuum, waitUntilIdle } from '../environment/databases.js';
import { median } from '../environment/markdown.js';
import {
  canPin,
  memoryMib,
  otherCpu,
  pinPostgres,
  postmasterOf,
  serverCpu,
} from '../environment/process-usage.js';
import { compareResponses } from '../load/compare-responses.js';
import { loadSubject, type Slice } from '../load/load-subject.js';
import { hasPgbench, runPgbench } from '../load/pgbench.js';
import { Subject, type ServerName, type SubjectName } from '../subjects/subject.js';
import { createFixtures, deleteFixtures, type Fixtures } from './fixtures.js';
import { runBulk, type BulkResult } from './run-bulk.js';
import { runFloor, type FloorResult } from './run-floor.js';
import { suiteCases, type SuiteCase } from './suite-cases.js';

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
  /** Measurement slices by subject, one per round. */
  slices: Map<SubjectName, Slice[]>;
  /** If the case is a conditional request, the slices of the full response, measured in the same rounds. */
  fullResponse: Slice[];
  /** The slices of the case to which this one is compared, measured in the same rounds. */
  base: Slice[];
}

export interface ProcessResult {
  name: SubjectName;
  /** Resident memory in MiB before any load, after all load, and at its peak. */
  idleMib: number;
  afterMib: number;
  peakMib: number;
  /** The median time in milliseconds from spawn to the first 200 response. */
  startMs: number;
}

export interface SuiteResults {
  cases: CaseResult[];
  bulk: BulkResult[];
  floor: FloorResult[];
  processes: ProcessResult[];
  pinning: string;
  notes: string[];
}

const startsPerServer = 3;
/** Subjects with fewer requests per second are measured in the first round only, because they keep Postgres busy. */
const slowRate = 50;
/** Until then, V8 has compiled what a kind of request needs; compiling more code must not count as a slower server. */
const firstWarmUpSeconds = 5;
const warmUpOf = (round: number) => (round === 0 ? { warmUpSeconds: firstWarmUpSeconds } : {});

/** The assignment of processes to CPUs. */
export interface Pinning {
  serverCpu?: number;
  otherCpu?: number;
  postmaster?: number;
  description: string;
  release(): void;
}

/** Dedicates a CPU to the server under test if possible. */
export async function pinProcesses(client: Client, pin: boolean): Promise<Pinning> {
  const postmaster = await postmasterOf(client);
  if (!pin || !canPin())
    return { postmaster, description: 'Nothing was pinned to a CPU', release: () => undefined };
  const unpin = pinPostgres(postmaster, otherCpu);
  const others = unpin ? 'the load, pgbench and Postgres' : 'the load and pgbench (Postgres was not pinned)';
  return {
    serverCpu,
    otherCpu,
    postmaster,
    description: `The server under test ran on CPU ${serverCpu}, ${others} on CPU ${otherCpu}`,
    release: () => unpin?.(),
  };
}

export async function runSuite(url: string, client: Client, options: SuiteOptions): Promise<SuiteResults> {
  const fixtures = await createFixtures(client);
  const pinning = await pinProcesses(client, options.pin);
  const servers: Subject[] = [];
  const selected = suiteCases.filter(({ name }) => options.only.test(name));
  const withBulk = options.only.test('bulk');
  try {
    const { writer } = fixtures;
    // Before the service runs, which would assess the offers meanwhile.
    const floor = options.only.test('floor')
      ? await runFloor({ url, client, writer, postmaster: pinning.postmaster, rounds: options.rounds })
      : [];
    const startMs = new Map<SubjectName, number>();
    const needed =
      selected.length > 0 || withBulk ? new Set<SubjectName>(['service', ...options.subjects]) : [];
    for (const name of needed)
      if (name !== 'pgbench') servers.push(await startRepeatedly(name, { url, fixtures, pinning, startMs }));
    const idle = servers.map(({ pid }) => memoryMib(pid).now);
    const notes = options.subjects.includes('pgbench') && !hasPgbench() ? ['pgbench is not installed'] : [];
    const cases: CaseResult[] = [];
    for (const suiteCase of selected)
      cases.push(await runCase(suiteCase, { url, client, fixtures, pinning, servers, options, notes }));
    const [service] = servers;
    const bulk =
      service && withBulk
        ? await runBulk(service, { fixtures, pinning, client, rounds: options.rounds })
        : [];
    const processes = servers.map(({ name, pid }, index) => {
      const { now: afterMib, peak: peakMib } = memoryMib(pid);
      return {
        name,
        idleMib: idle[index] ?? NaN,
        afterMib,
        peakMib,
        startMs: startMs.get(name) ?? NaN,
      };
    });
    return { cases, bulk, floor, processes, pinning: pinning.description, notes };
  } finally {
    for (const server of servers) await server.stop();
    await deleteFixtures(client);
    pinning.release();
  }
}

interface StartContext {
  url: string;
  fixtures: Fixtures;
  pinning: Pinning;
  startMs: Map<SubjectName, number>;
}

/** Starts a server several times to get the median start time. @returns the last one, which keeps running */
async function startRepeatedly(
  name: ServerName,
  { url, fixtures, pinning, startMs }: StartContext,
): Promise<Subject> {
  const times: number[] = [];
  for (;;) {
    const started = await startSubject(name, url, fixtures, pinning.serverCpu);
    times.push(started.startMs);
    if (times.length === startsPerServer) {
      startMs.set(name, median(times));
      return started;
    }
    await started.stop();
  }
}

export function startSubject(
  name: ServerName,
  databaseUrl: string,
  { reseller }: Fixtures,
  cpu: number | undefined,
  env?: Record<string, string>,
): Promise<Subject> {
  const path = `/reseller/catalog/${reseller.offers[0]}`;
  const probe = { method: 'GET', path, headers: { 'x-api-key': reseller.key } };
  return Subject.start(name, { databaseUrl, probe, cpu, env });
}

interface RunContext {
  url: string;
  client: Client;
  fixtures: Fixtures;
  pinning: Pinning;
  servers: Subject[];
  options: SuiteOptions;
  notes: string[];
}

/** Reverses the order in every other round, because a subject benefits from pages that the previous one loaded. */
const alternating = <T>(all: readonly T[], round: number) => (round % 2 === 0 ? all : all.toReversed());

async function runCase(suiteCase: SuiteCase, context: RunContext): Promise<CaseResult> {
  const { url, client, fixtures, pinning, servers, options, notes } = context;
  const { name: caseName, expectedStatus } = suiteCase;
  const [service] = servers;
  if (!service) throw new Error('No service');
  const requests = await suiteCase.requests(fixtures, service);
  const subjects = servers.filter(
    ({ name }) => options.subjects.includes(name) && suiteCase.subjects.includes(name),
  );
  const clear = async () => void (suiteCase.clearSql && (await client.query(suiteCase.clearSql)));
  const isWrite = requests.some(({ method }) => method !== 'GET');
  const tidy = async () => {
    await clear();
    if (isWrite) await vacuum(client);
  };
  await compareResponses(subjects, requests, expectedStatus, clear);
  const withPgbench = options.subjects.includes('pgbench') && hasPgbench();
  const statements = withPgbench ? await suiteCase.statements?.(fixtures, client) : undefined;
  const { otherCpu: cpu, postmaster } = pinning;
  const load = { ...options, expectedStatus, cpu, postmaster };
  const slices = new Map<SubjectName, Slice[]>();
  const fullCase = suiteCases.find(({ name }) => name === suiteCase.fullCase);
  const fullRequests = await fullCase?.requests(fixtures, service);
  const fullResponse: Slice[] = [];
  const baseCase = suiteCases.find(({ name }) => name === suiteCase.base?.name);
  const baseRequests = await baseCase?.requests(fixtures, service);
  const base: Slice[] = [];
  const add = (name: SubjectName, slice: Slice) => slices.set(name, [...(slices.get(name) ?? []), slice]);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const subject of alternating(subjects, round)) {
      if ((slices.get(subject.name)?.[0]?.rate ?? Infinity) < slowRate) continue;
      await waitUntilIdle(client);
      const slice = await loadSubject(subject, requests, { ...load, ...warmUpOf(round) });
      if (slice.errors > 0) notes.push(`${caseName}, ${subject.name}: ${slice.errors} unexpected responses`);
      add(subject.name, slice);
      await tidy();
    }
    if (baseCase && baseRequests) {
      await waitUntilIdle(client);
      const { expectedStatus: status, clearSql } = baseCase;
      base.push(
        await loadSubject(service, baseRequests, { ...load, ...warmUpOf(round), expectedStatus: status }),
      );
      if (clearSql) await client.query(clearSql);
      await vacuum(client);
    }
    if (fullRequests)
      fullResponse.push(await loadSubject(service, fullRequests, { ...load, expectedStatus: 200 }));
    if (statements) {
      await waitUntilIdle(client);
      const { planMode = 'generic' } = suiteCase;
      const measured = await runPgbench(statements, { ...load, databaseUrl: url, planMode });
      add('pgbench', { p50: NaN, p99: NaN, serverUs: NaN, requests: NaN, errors: 0, ...measured });
    }
  }
  report(
    `${caseName}: ${[...slices].map(([name, all]) => `${name} ${Math.round(median(all.map(({ rate }) => rate)))}/s`).join(', ')}`,
  );
  return { case: suiteCase, slices, fullResponse, base };
}
