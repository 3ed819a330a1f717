import type { StoredFindings } from './assessment-result.js';

/** A finding as the provider reads it. */
export interface FindingText {
  code: string;
  ruleSet: string;
  severity: 'error' | 'warning';
  result: string;
  pointer: string;
  message: string;
  citation: string;
  proposedForRepeal: boolean;
}

/** Returns the texts of findings. @param ruleSets the rule sets that applied */
type FindingReader = (findings: StoredFindings, ruleSets: readonly string[]) => FindingText[];

let reader: FindingReader = () => [];
/** The texts of findings, because many offers of a provider have the same ones. */
const known = new Map<string, { texts: FindingText[]; json: string }>();
const maxKnown = 5_000;

/** Sets how findings are read. The rules know their texts, and the writer of JSON is the same for all requests. */
export function readFindingsWith(newReader: FindingReader): void {
  reader = newReader;
  known.clear();
}

function read(findings: string, ruleSets: string): { texts: FindingText[]; json: string } {
  const key = `${ruleSets}${findings}`;
  let entry = known.get(key);
  if (entry) return entry;
  const texts = reader(JSON.parse(findings) as StoredFindings, JSON.parse(ruleSets) as string[]);
  entry = { texts, json: JSON.stringify(texts) };
  if (known.size >= maxKnown) known.clear();
  known.set(key, entry);
  return entry;
}

/** Returns the findings with their texts. */
export const findingTexts: FindingReader = (findings, ruleSets) =>
  findings.length === 0 ? [] : read(JSON.stringify(findings), JSON.stringify(ruleSets)).texts;

/** Returns the same from the JSON of the columns, as JSON. */
export const findingTextsJson = (findings: string, ruleSets: string): string =>
  findings === '[]' ? '[]' : read(findings, ruleSets).json;
