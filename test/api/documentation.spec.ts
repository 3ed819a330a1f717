import { get as httpGet, type IncomingMessage } from 'node:http';
import { start, type Harness } from '../support/harness.js';

let harness: Harness;

beforeAll(async () => {
  harness = await start({ demo: true });
});
afterAll(() => harness.stop());

/** Sends a GET request with exactly these headers, besides `Host` if it is not among them. */
function get(
  path: string,
  headers: Record<string, string> = {},
  { url } = harness,
): Promise<{ headers: IncomingMessage['headers']; text: string }> {
  return new Promise((resolve, reject) => {
    httpGet(`${url}${path}`, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ headers: response.headers, text }));
    }).on('error', reject);
  });
}

describe('the files of the page', () => {
  it('are cached for good under the URLs in the page', async () => {
    const { text } = await get('/docs');
    const urls = [...text.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, url]) => `/${url}`);
    expect(urls.length).toBe(4);
    for (const url of urls) {
      const { headers } = await get(url);
      expect([url, headers['cache-control']]).toEqual([url, 'public, max-age=31536000, immutable']);
    }
    expect((await get('/docs/page.js?v=other')).headers['cache-control']).toBe('no-cache');
    expect((await get('/docs')).headers['cache-control']).toBe('no-cache');
  });
});

describe('GET /docs/demo-keys', () => {
  const own = { 'sec-fetch-site': 'same-origin' };
  const labels = async (headers: Record<string, string>, from = harness) => {
    const { headers: answered, text } = await get('/docs/demo-keys', headers, from);
    expect(answered['cache-control']).toBe('no-store');
    return (JSON.parse(text) as { label: string }[]).map(({ label }) => label);
  };

  it('returns the demo keys to the page in a browser on this computer', async () => {
    expect(await labels(own)).toEqual(['Provider', 'Reseller', 'Both']);
    expect(await labels({ ...own, host: 'localhost:3000' })).toHaveLength(3);
  });

  it.each<[string, Record<string, string>]>([
    ['a program', {}],
    ['another website', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this computer', { 'sec-fetch-site': 'same-site' }],
    ['a name that points to the loopback address', { ...own, host: 'evil.example' }],
    ['a name that begins like localhost', { ...own, host: 'localhost.evil.example' }],
    ['a proxy', { ...own, 'x-forwarded-for': '192.0.2.1' }],
    ['a proxy that sends Forwarded', { ...own, forwarded: 'for=192.0.2.1' }],
  ])('returns none to %s', async (_, headers) => {
    expect(await labels(headers)).toEqual([]);
  });

  it('returns none without the demo or with DATABASE_URL', async () => {
    for (const config of [{ demo: false }, { demo: true, databaseUrl: harness.databaseUrl }]) {
      const other = await start(config, harness.databaseUrl);
      expect(await labels(own, other)).toEqual([]);
      await other.stop();
    }
  });
});
