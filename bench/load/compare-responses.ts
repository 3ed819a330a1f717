import { isDeepStrictEqual } from 'node:util';
import type { Subject } from '../subjects/subject.js';
import type { BenchRequest } from './load-generator.js';

/** Members that the server changes with every write; only their types are compared. */
const setByServer = new Set(['id', 'createdAt', 'updatedAt', 'version']);
/** Only the service assesses the offers of a provider. */
const ofServiceOnly = 'complianceAssessment';
const maxCompared = 20;

function comparable(body: unknown, request: BenchRequest): unknown {
  if (typeof body !== 'object' || body === null) return body;
  if (Array.isArray(body)) return body.map((entry) => comparable(entry, request));
  const isOwn = request.path.startsWith('/provider/');
  const isWrite = request.method !== 'GET';
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !isOwn || name !== ofServiceOnly)
      .map(([name, value]) => [name, isWrite && setByServer.has(name) ? typeof value : value]),
  );
}

/**
 * Sends the same requests to all subjects, to make sure that none wins by returning less.
 * @param clear deletes the rows that a request created
 * @throws unless all responses have the expected status and the same content
 */
export async function compareResponses(
  subjects: readonly Subject[],
  requests: BenchRequest[],
  expectedStatus: number,
  clear: () => Promise<void>,
): Promise<void> {
  for (const request of requests.slice(0, maxCompared)) {
    const { method, path } = request;
    const bodies: { name: string; body: unknown }[] = [];
    for (const subject of subjects) {
      const { status, body } = await subject.send(request);
      if (status !== expectedStatus)
        throw new Error(`${subject.name}: ${method} ${path}: ${status} ${JSON.stringify(body)}`);
      bodies.push({ name: subject.name, body: comparable(body, request) });
      await clear();
    }
    const [first, ...others] = bodies;
    for (const { name, body } of others)
      if (!isDeepStrictEqual(body, first?.body))
        throw new Error(
          `${name} and ${first?.name} differ in ${method} ${path}:\n${JSON.stringify(body)}\n${JSON.stringify(first?.body)}`,
        );
  }
}
