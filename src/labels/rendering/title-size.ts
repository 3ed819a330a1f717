import { textWidth } from './svg/font-metrics.js';

/** Width of a label, and of what is in it, in pixels. */
export const labelWidth = 430;
export const contentWidth = 400;

const [smallest, largest, step] = [24, 44, 2];

/** The sizes that a title can have, in pixels. */
export const titleSizes = Array.from(
  { length: (largest - smallest) / step + 1 },
  (_, index) => smallest + index * step,
);

/** Returns the largest size in which the title fits on one line. */
export const titleSizeOf = (title: string): number =>
  titleSizes.findLast((size) => textWidth(title, size, true) <= contentWidth) ?? smallest;
