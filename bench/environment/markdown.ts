/** Returns the median of the values, ignoring NaN; NaN if there are no values. */
export const median = (values: readonly number[]): number => {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
};

/** Formats a number for a table cell with about three significant digits; `-` if it is unknown. */
export const cell = (value: number | undefined, digits?: number): string => {
  if (value === undefined || Number.isNaN(value)) return '-';
  return value.toLocaleString('en', {
    maximumFractionDigits: digits ?? (value < 10 ? 2 : value < 100 ? 1 : 0),
  });
};

/** Builds a Markdown table in which every column except the first is right-aligned. */
export const table = (heads: string[], rows: string[][]): string[] => [
  `| ${heads.join(' | ')} |`,
  `| ${heads.map((_, index) => (index === 0 ? '---' : '---:')).join(' | ')} |`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

export const section = (heading: string, lines: string[]) => [`## ${heading}`, '', ...lines, ''];
