import { throwIfInterrupted } from '../environment/interrupts.js';
import { median } from '../environment/markdown.js';
import { cpuUs } from '../environment/process-usage.js';

/** One way to do the work of a part. */
export interface Way {
  name: string;
  /** Performs `count` operations. */
  run(count: number): void | Promise<void>;
}

/** Ways to do the same work; the first one is ours. */
export interface Part {
  title: string;
  /** What one operation is. */
  operation: string;
  ways: Way[];
  /** Operations per call of `run`; large enough for a call to take several milliseconds. */
  batch: number;
  /** Returns the CPU time so far in microseconds; defaults to that of this process. */
  cpuUs?(): number | Promise<number>;
  /** The process ID of Postgres, if it does part of the work. */
  postmaster?: number;
  close?(): Promise<void>;
}

export interface WayResult {
  name: string;
  /** The CPU time per operation in microseconds; the median of all rounds. */
  us: number;
  postgresUs: number;
  /** The CPU time divided by that of the first way; the median of the ratios per round. */
  ratio: number;
  postgresRatio: number;
}

interface Sample {
  us: number;
  postgresUs: number;
}

export interface AlternateOptions {
  rounds: number;
  /** Milliseconds per way and round. */
  sliceMs: number;
}

const ownCpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/**
 * Runs each variant in turn and reverses the order every other round, so that background load on the machine affects all
 * variants equally. The first round is a warm-up.
 */
export async function alternate(part: Part, { rounds, sliceMs }: AlternateOptions): Promise<WayResult[]> {
  const samples = part.ways.map((): Sample[] => []);
  for (let round = -1; round < rounds; round += 1) {
    const order = [...part.ways.keys()];
    for (const index of round % 2 === 0 ? order : order.toReversed()) {
      throwIfInterrupted();
      const way = part.ways[index];
      if (!way) continue;
      const sample = await measure(part, way, sliceMs);
      if (round >= 0) samples[index]?.push(sample);
    }
  }
  const [first = []] = samples;
  return part.ways.map(({ name }, index) => {
    const ofWay = samples[index] ?? [];
    const ratio = (value: (sample: Sample) => number) =>
      median(ofWay.map((sample, round) => value(sample) / value(first[round] as Sample)));
    return {
      name,
      us: median(ofWay.map(({ us }) => us)),
      postgresUs: median(ofWay.map(({ postgresUs }) => postgresUs)),
      ratio: ratio(({ us }) => us),
      postgresRatio: ratio(({ postgresUs }) => postgresUs),
    };
  });
}

async function measure(part: Part, way: Way, sliceMs: number): Promise<Sample> {
  const ownUs = part.cpuUs ?? ownCpuUs;
  const [before, postgresBefore] = [await ownUs(), cpuUs(part.postmaster)];
  const endAt = performance.now() + sliceMs;
  let done = 0;
  while (performance.now() < endAt) {
    await way.run(part.batch);
    done += part.batch;
  }
  return {
    us: ((await ownUs()) - before) / done,
    postgresUs: (cpuUs(part.postmaster) - postgresBefore) / done,
  };
}
