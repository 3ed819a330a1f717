/** A stream of random numbers that is determined by its seed. */
export interface Random {
  /** Returns the next number, from 0 to less than 1. */
  (): number;
}

/** Creates an sfc32 generator (Chris Doty-Humphrey, PractRand) from a seed and a stream number. */
export function randomFrom(seed: number, stream: number): Random {
  let [a, b, c, count] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, stream | 0, 1];
  const next = () => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}

export const chance = (random: Random, share: number) => random() < share;

/** Returns a random integer; both bounds are inclusive. */
export const between = (random: Random, low: number, high: number) =>
  low + Math.floor(random() * (high - low + 1));

/** Returns a random entry. @throws RangeError if the list is empty */
export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('The list is empty');
  return value;
}

/** Returns up to `count` distinct entries of a list, in the order in which they were drawn. */
export function pickSome<T>(random: Random, values: readonly T[], count: number): T[] {
  const chosen = new Set<T>();
  for (let draw = 0; draw < count; draw += 1) chosen.add(pick(random, values));
  return [...chosen];
}

/** Returns a function that draws values with probabilities proportional to their weights. */
export function weighted<T>(weights: readonly (readonly [T, number])[]): (random: Random) => T {
  let total = 0;
  const steps = weights.map(([value, weight]) => ({ value, upTo: (total += weight) }));
  return (random) => {
    const place = random() * total;
    const found = steps[firstAbove(steps.length, (index) => (steps[index]?.upTo ?? 0) > place)];
    if (!found) throw new RangeError('There are no weights');
    return found.value;
  };
}

/** Draws the n-th value with a weight of 1 / n^exponent, which is how company sizes are distributed (Zipf's law). */
export const zipf = <T>(values: readonly T[], exponent: number) =>
  weighted(values.map((value, index) => [value, (index + 1) ** -exponent] as const));

/**
 * Returns the first of `length` indexes for which `holds` is true, or the last index if it is true for none. All
 * indexes after the first match must match as well.
 */
function firstAbove(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const hex = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'));
const words = (random: Random, mask = 0xffffffff, set = 0) => {
  const bits = ((random() * 2 ** 32) & mask) | set;
  return [hex[bits >>> 16], hex[bits & 0xffff]] as const;
};

/** Returns a UUID v7 (RFC 9562) for a time in milliseconds. */
export function uuidAt(random: Random, timeMs: number): string {
  const time = Math.floor(timeMs / 65_536);
  const [version, variant] = words(random, 0x0fff3fff, 0x70008000);
  const [first, second] = words(random);
  const [third] = words(random);
  return `${hex[time >>> 16]}${hex[time & 0xffff]}-${hex[timeMs & 0xffff]}-${version}-${variant}-${first}${second}${third}`;
}
