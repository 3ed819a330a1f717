import type { ProblemCode } from '../common/problem-types.js';

type Json = Record<string, unknown>;

/** Replaces every error response with a reference to `components/responses`, where equal ones exist once. */
export function shareErrorResponses(document: Json): void {
  const shared: Record<string, Json> = {};
  for (const path of Object.values(document.paths as Record<string, Record<string, Json>>))
    for (const operation of Object.values(path)) {
      const responses = operation.responses as Record<string, Json>;
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        const name = nameOf(response, String(operation['x-forbidden-without'] ?? operation['x-access']));
        const known = (shared[name] ??= response);
        if (JSON.stringify(known) !== JSON.stringify(response))
          throw new Error(`Two different error responses are named ${name}`);
        responses[status] = { $ref: `#/components/responses/${name}` };
      }
    }
  (document.components as Json).responses = Object.fromEntries(
    Object.entries(shared).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The start of the name of a response, by the schema of its body. Problem documents have none. */
const formats: Record<string, string> = {
  '#/components/schemas/JsonApiErrors': 'JsonApi',
  '#/components/schemas/OAuthError': 'OAuth',
};

/** Names a response after its error codes: `NotFound`, `ConflictOrQuotaExceeded`, `ForbiddenToProvider`. */
function nameOf({ content }: Json, access: string): string {
  const [media = {}] = Object.values(content as Record<string, Json>);
  const format = formats[String((media.schema as Json).$ref)] ?? '';
  const codes = Object.keys((media.examples ?? {}) as Json) as ProblemCode[];
  const names = codes.filter((code) => !isMalformed(code)).map(pascalCase);
  if (codes.some(isMalformed)) names.push('MalformedBody');
  if (codes.includes('FORBIDDEN')) names.push(pascalCase(access === 'public' ? 'admin' : access));
  return `${format}${names.join(codes.includes('FORBIDDEN') ? 'To' : 'Or')}`;
}

const isMalformed = (code: ProblemCode) => code === 'MALFORMED_JSON' || code === 'MALFORMED_ENCODING';

const pascalCase = (code: string) =>
  code
    .toLowerCase()
    .split('_')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('');
