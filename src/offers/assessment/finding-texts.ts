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
/** The JSON of findings, because many offers of a provider have the same ones. */
const texts = new Map<string, string>();
const maxTexts = 5_000;

/** Sets how findings are read. The rules know their texts, and the writer of JSON is the same for all requests. */
export function readFindingsWith(newReader: FindingReader): void {
  reader = newReader;
  texts.clear();
}

/** Returns the findings with their texts. */
export const findingTexts: FindingReader = (findings, ruleSets) =>
  findings.length === 0 ? [] : reader(findings, ruleSets);

/** Returns the same from the JSON of the columns, as JSON. */
export function findingTextsJson(findings: string, ruleSets: string): string {
  if (findings === '[]') return '[]';
  const key = `${ruleSets}${findings}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const json = JSON.stringify(
    findingTexts(JSON.parse(findings) as StoredFindings, JSON.parse(ruleSets) as string[]),
  );
  if (texts.size >= maxTexts) texts.clear();
  texts.set(key, json);
  return json;
}
