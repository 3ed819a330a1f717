import type { DemoKeys } from '../demo/demo.js';

/** What the terminal shows once the service answers: where, and with the demo three lines to paste. */
export function greeting(
  address: string,
  demo: DemoKeys | undefined,
  adminKeyFile: string | undefined,
): string {
  const url = address.replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost');
  const lines = [
    '',
    `Offerdock answers on ${url}`,
    `  docs       ${url}/docs`,
    `  OpenAPI    ${url}/openapi.json`,
  ];
  if (adminKeyFile) lines.push(`  admin key  in ${adminKeyFile}`);
  if (demo) lines.push('', ...tour(url, demo));
  return `${lines.join('\n')}\n\n`;
}

function tour(url: string, { provider, reseller }: DemoKeys): string[] {
  return [
    'Demo keys',
    `  provider   ${provider}`,
    `  reseller   ${reseller}`,
    '',
    'Try it: publish an offer, find it as a reseller, see who you are',
    `  curl -s -X POST ${url}/provider/offers -H 'x-api-key: ${provider}' -H 'content-type: application/json' -d '{"name":"Fibre 500","category":"internet","status":"active","monthlyPrice":44.5,"serviceSpecificData":{"minBandwidth":200,"maxBandwidth":500,"connectionType":"fiber","dataCap":null}}'`,
    `  curl -s '${url}/reseller/catalog?limit=3' -H 'x-api-key: ${reseller}'`,
    `  curl -s ${url}/team -H 'x-api-key: ${provider}'`,
  ];
}
