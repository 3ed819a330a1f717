import { numberIn } from '../../validation/hints/converters.js';

/** Reads a speed in Mbps. */
export const megabits = numberIn(
  {
    kbps: 0.001,
    mbps: 1,
    mb: 1,
    mbit: 1,
    'mb/s': 1,
    'mbit/s': 1,
    gbps: 1000,
    gb: 1000,
    gbit: 1000,
    gig: 1000,
    'gb/s': 1000,
    'gbit/s': 1000,
  },
  { strict: true },
);

/** Reads a data cap in GB. */
export const gigabytes = numberIn(
  { mb: 0.001, gb: 1, 'gb/month': 1, 'gb/mo': 1, tb: 1000, 'tb/month': 1000, 'tb/mo': 1000 },
  { words: { unlimited: null, 'no cap': null, 'no data cap': null, none: null }, strict: true },
);

/** The highest speed in Mbps; a higher one is in another unit, such as kbps. */
const maxMbps = 400_000;
export const speed = { min: 0, max: maxMbps, unit: 'Mbps' };
