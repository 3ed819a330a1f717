const maxSuggestionDistance = 2;

/**
 * Returns the candidate to suggest for a misspelled word: the closest one, at most two edits away.
 * Ignores case.
 */
export function closestWord(word: string, candidates: Iterable<string>): string | undefined {
  let closest: string | undefined;
  let limit = maxSuggestionDistance + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance < limit) [closest, limit] = [candidate, distance];
  }
  return closest;
}

/**
 * Returns the number of edits between two words, or `limit` if it is `limit` or more. Swapping two adjacent
 * letters counts as one edit (optimal string alignment).
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previousRow: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const nextRow = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? at(previousRow, j - 2) + 1 : limit;
      const deletion = at(row, j) + 1;
      const insertion = at(nextRow, j - 1) + 1;
      nextRow.push(Math.min(substitution, swap, deletion, insertion));
    }
    [previousRow, row] = [row, nextRow];
  }
  return Math.min(at(row, b.length), limit);
}

const at = (row: number[], index: number) => row[index] ?? 0;
