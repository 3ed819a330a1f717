import { readFileSync, writeFileSync } from 'node:fs';
import { throwIfInterrupted } from '../environment/interrupts.js';
import { cpuUs } from '../environment/process-usage.js';
import type { Attack, AttackResult } from './attack.js';
import { startInnocentTeam, type InnocentResult } from './innocent-team.js';
import { memoryGroups, type Sizes } from './sizes.js';
import type { Site } from './site.js';

/** The result of one attack on one checkout. */
export interface Row extends AttackResult {
  group: number;
  name: string;
  seconds: number;
  /** The highest resident memory of the service in MiB; NaN on systems other than Linux. */
  peakMib: number;
  /** CPU time in seconds. */
  serviceCpu: number;
  postgresCpu: number;
  innocent: InnocentResult;
  isAlive: boolean;
  /** Connections that still run a statement or hold a transaction 5 s after the attack. */
  busyConnections: number;
}

const sampleMs = 100;
const settleMs = 5000;

/** Follows the memory and CPU time of a process, and keeps the last values if it dies. */
class ProcessWatch {
  private peakMib = NaN;
  private readonly startedUs: number;
  private lastUs: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5'); // resets VmHWM to the present memory
    } catch {
      // Without Linux, or without the permission, the peak includes what came before.
    }
    this.startedUs = cpuUs(pid);
    this.lastUs = this.startedUs;
    this.timer = setInterval(() => this.sample(), sampleMs);
  }

  private sample(): void {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
      const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
      if (!(peak <= this.peakMib) && !Number.isNaN(peak)) this.peakMib = peak;
      const used = cpuUs(this.pid);
      if (used > this.lastUs) this.lastUs = used;
    } catch {
      // The process has ended.
    }
  }

  /** Returns the CPU time since the start in seconds, and the peak of the memory. */
  stop(): { serviceCpu: number; peakMib: number } {
    clearInterval(this.timer);
    this.sample();
    return { serviceCpu: (this.lastUs - this.startedUs) / 1e6, peakMib: this.peakMib };
  }
}

/** Runs a prepared attack while an innocent team uses the service. */
export async function measure(
  site: Site,
  { group, name }: Attack,
  run: () => Promise<AttackResult>,
): Promise<Row> {
  throwIfInterrupted();
  await site.ensureRunning();
  await site.untilIdle(settleMs);
  const endInnocentTeam = await startInnocentTeam(site);
  const watch = new ProcessWatch(site.pid);
  try {
    const postgresUs = cpuUs(site.postmaster);
    const startedAt = performance.now();
    const result = await run();
    const seconds = (performance.now() - startedAt) / 1000;
    const innocent = await endInnocentTeam();
    const busyConnections = await site.untilIdle(settleMs);
    const postgresCpu = (cpuUs(site.postmaster) - postgresUs) / 1e6;
    const { serviceCpu, peakMib } = watch.stop();
    const { isAlive } = site;
    const use = { seconds, peakMib, serviceCpu, postgresCpu };
    return { group, name, ...result, ...use, innocent, isAlive, busyConnections };
  } catch (cause) {
    // After an interrupt, nothing may keep this process running.
    watch.stop();
    await endInnocentTeam().catch(() => undefined);
    throw cause;
  }
}

/** Prepares the attacks of a group, and runs them, against a new process if the sizes ask for it. */
export async function measureGroup(site: Site, attacks: readonly Attack[], sizes: Sizes): Promise<Row[]> {
  await site.ensureRunning();
  const runs: (() => Promise<AttackResult>)[] = [];
  for (const attack of attacks) runs.push(await attack.prepare(site, sizes));
  if (sizes.newProcessPerGroup || attacks.some(({ group }) => memoryGroups.includes(group)))
    await site.restart();
  const rows: Row[] = [];
  for (const [index, attack] of attacks.entries()) {
    const run = runs[index];
    if (run) rows.push(await measure(site, attack, run));
  }
  return rows;
}
