import * as fc from 'fast-check';
import type { Harness, Reply } from './harness.js';
import { requestBody } from './request-body-arbitrary.js';
import { testSeed } from './seed.js';

type Json = Record<string, unknown>;

/** FUZZ_SCALE multiplies the number of bodies. */
const scale = Number(process.env.FUZZ_SCALE ?? 0.5);

/** The seed of half of the bodies, so that the number of accepted ones among them does not depend on chance. */
const fixedSeed = 20_260_131;

interface Fuzz {
  method: string;
  /** The path in the OpenAPI document, with its parameters. */
  route: string;
  /** The number of bodies to send with FUZZ_SCALE=1. */
  runs: number;
  /** The number of bodies with the fixed seed that must be accepted with FUZZ_SCALE=1; 5 % must be rejected. */
  minAccepted: number;
  /** Replaces values whose rules a schema cannot express, such as IDs that must exist. */
  makePlausible: (body: unknown) => unknown;
  send: (body: string) => Promise<Reply>;
}

/** Sends random bodies that the document describes, many of them damaged. Expects documented replies and no 5xx. */
export async function fuzzOperation({ openapi }: Harness, fuzz: Fuzz): Promise<void> {
  const { paths, components } = openapi.document as {
    paths: Record<string, Record<string, { requestBody: { content: Record<string, { schema: Json }> } }>>;
    components: { schemas: Record<string, Json> };
  };
  const schema =
    paths[fuzz.route]?.[fuzz.method.toLowerCase()]?.requestBody.content['application/json']?.schema;
  if (!schema) throw new Error(`${fuzz.method} ${fuzz.route} takes no JSON body`);
  const bodies = requestBody(schema, components.schemas, fuzz.makePlausible);
  const numRuns = Math.ceil((fuzz.runs * scale) / 2);
  for (const seed of [fixedSeed, testSeed]) {
    let [accepted, rejected] = [0, 0];
    const property = fc.asyncProperty(bodies, async (body) => {
      const { status } = await fuzz.send(body);
      expect(status).toBeLessThan(500);
      if (status < 300) accepted += 1;
      if (status === 400) rejected += 1;
    });
    await fc.assert(property, { seed, numRuns, endOnFailure: true });
    if (seed !== fixedSeed) continue;
    expect(accepted).toBeGreaterThanOrEqual(fuzz.minAccepted * scale);
    expect(rejected).toBeGreaterThan(numRuns / 20);
  }
}
