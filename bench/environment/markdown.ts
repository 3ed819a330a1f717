/** NaN is ignored; the median of nothing is NaN. */
export const median = (values: readonly number[]): number => {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
};

/** A number for a table cell: three significant digits or so, `-` when it is unknown. */
export const cell = (value: number | undefined, digits?: number): string => {
  if (value === undefined || Number.isNaN(value)) return '-';
  return value.toLocaleString('en', {
    maximumFractionDigits: digits ?? (value < 10 ? 2 : value < 100 ? 1 : 0),
  });
};

/** A Markdown table; every column except the first is right-aligned. */
export const table = (heads: string[], rows: string[][]): string[] => [
  `| ${heads.join(' | ')} |`,
  `| ${heads.map((_, index) => (index === 0 ? '---' : '---:')).join(' | ')} |`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

export const section = (heading: string, lines: string[]) => [`## ${heading}`, '', ...lines, ''];
