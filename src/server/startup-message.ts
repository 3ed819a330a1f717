import type { DemoKeys } from '../demo/demo.js';

/**
 * Builds the message printed once the service is listening: its URLs and, with demo data,
 * three commands to paste.
 * @param keys where the operator finds the admin key and the keys that encrypt personal data
 */
export function startupMessage(
  address: string,
  demo: DemoKeys | undefined,
  keys: { admin: string; data: string },
): string {
  const url = shown(address);
  const lines = [
    '',
    `Offerdock is listening on ${url}`,
    `  docs       ${url}/docs`,
    `  OpenAPI    ${url}/openapi.json`,
    `  admin key  ${keys.admin}`,
    `  data keys  ${keys.data}`,
  ];
  if (demo) lines.push('', ...demoLines(url, demo));
  return `${lines.join('\n')}\n\n`;
}

/** Builds the message of a service with ROLE=worker. */
export function workerMessage(address: string): string {
  const url = shown(address);
  return `\nOfferdock is working in the background, and is listening on ${url}\n  health     ${url}/health/ready\n  metrics    ${url}/metrics\n\n`;
}

const shown = (address: string) => address.replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost');

function demoLines(url: string, { provider, reseller, hybrid }: DemoKeys): string[] {
  return [
    'Demo keys',
    `  provider   ${provider}`,
    `  reseller   ${reseller}`,
    `  hybrid     ${hybrid}`,
    '',
    'Try it: publish an offer, find it as a reseller, show your team',
    `  curl -sw '\\n' -X POST ${url}/provider/offers -H 'x-api-key: ${provider}' -H 'content-type: application/json' -d '{"name":"Fibre 500","category":"internet","status":"active","monthlyPrice":44.5,"serviceSpecificData":{"minBandwidth":200,"maxBandwidth":500,"connectionType":"fiber","dataCap":null}}'`,
    `  curl -sw '\\n' '${url}/reseller/catalog?limit=3' -H 'x-api-key: ${reseller}'`,
    `  curl -sw '\\n' ${url}/team -H 'x-api-key: ${provider}'`,
  ];
}
