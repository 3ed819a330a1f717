import type { PathStep } from '../../common/field-path.js';

/*
 * JSON.parse() keeps only the last of several members with the same name. Both functions expect valid JSON.
 */

/** Returns the number of members in all objects of a JSON text, duplicates included. */
export function countMembers(text: string): number {
  let count = 0;
  for (let quote = text.indexOf('"'); quote !== -1;) {
    const end = endOfString(text, quote);
    if (text.charCodeAt(skipSpace(text, end)) === colon) count += 1;
    quote = text.indexOf('"', end);
  }
  return count;
}

/** Returns the path of the first member whose name occurred before in its object; undefined if there is none. */
export function firstDuplicate(text: string): PathStep[] | undefined {
  const open: { names?: Set<string>; step: PathStep }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    const container = open.at(-1);
    if (character === '{') open.push({ names: new Set(), step: '' });
    else if (character === '[') open.push({ step: 0 });
    else if (character === '}' || character === ']') open.pop();
    else if (character === ',' && typeof container?.step === 'number') container.step += 1;
    else if (character === '"') {
      const end = endOfString(text, at);
      if (container?.names && text.charCodeAt(skipSpace(text, end)) === colon) {
        container.step = JSON.parse(text.slice(at, end)) as string;
        if (container.names.has(container.step)) return open.map(({ step }) => step);
        container.names.add(container.step);
      }
      at = end - 1;
    }
  }
  return undefined;
}

const colon = 0x3a;

/** Returns the position after the string that starts with the quote at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

/** Returns whether an odd number of backslashes precedes the position. */
function isEscaped(text: string, position: number): boolean {
  let start = position;
  while (text[start - 1] === '\\') start -= 1;
  return (position - start) % 2 === 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}
