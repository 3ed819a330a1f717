import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../../bench/environment/chromium.js';
import { demoKeysFor, seedDemo } from '../../src/demo/demo.js';
import { adminKey, start, type Harness } from '../support/harness.js';

const executable = findChromium();
const inBrowser = executable ? it : it.skip;

let harness: Harness;
let browser: Browser;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  if (!executable) return;
  harness = await start({ demo: true });
  await seedDemo(harness.app, adminKey);
  browser = await launchChromium(executable);
  page = await browser.newPage();
  page.setDefaultTimeout(25_000);
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
});
afterAll(async () => {
  await browser?.close();
  await harness?.stop();
});

inBrowser(
  'a newcomer finds a key, creates an offer of each category, and sees one as a reseller',
  async () => {
    await page.goto(`${harness.url}/docs`, { waitUntil: 'commit' });
    await page.getByRole('heading', { name: 'Get a key' }).waitFor();
    await page.locator('#operations-Team-getCurrentTeam').waitFor();

    await page.getByRole('button', { name: 'Provider', exact: true }).click();
    await page.locator('#operations-tag-Provider_offers').click();
    const create = page.locator('#operations-Provider_offers-createOffer');
    await create.locator('.opblock-summary').click();
    await create.getByText('Requires the API key of a provider').waitFor();
    await create.getByRole('tab', { name: 'Schema', exact: true }).first().click();
    for (const name of ['Internet offer', 'Insurance offer']) await create.getByText(name).first().waitFor();

    await create.getByRole('button', { name: 'Try it out' }).click();
    const categories = await create.locator('.examples-select-element').first().locator('option').all();
    expect(categories).toHaveLength(6);
    for (const category of categories) {
      await create
        .locator('.examples-select-element')
        .first()
        .selectOption((await category.getAttribute('value')) ?? '');
      const [reply] = await Promise.all([
        page.waitForResponse((each) => each.request().method() === 'POST'),
        create.getByRole('button', { name: 'Execute' }).click(),
      ]);
      expect([reply.status(), await reply.text()]).toEqual([201, expect.any(String)]);
    }

    await page.getByRole('button', { name: 'Reseller', exact: true }).click();
    await page.locator('#operations-tag-Reseller_catalog').click();
    const list = page.locator('#operations-Reseller_catalog-listCatalogOffers');
    await list.locator('.opblock-summary').click();
    await list.getByRole('button', { name: 'Try it out' }).click();
    const [found] = await Promise.all([
      page.waitForResponse((each) => each.url().includes('/reseller/catalog?')),
      list.getByRole('button', { name: 'Execute' }).click(),
    ]);
    expect(found.status()).toBe(200);
    expect(found.request().headers()['x-api-key']).toBe(demoKeysFor(adminKey).reseller);
    expect(((await found.json()) as { sku: string }[]).map(({ sku }) => sku)).toContain('EXAMPLE-INTERNET');

    const reader = page.locator('#operations-Reseller_catalog-getCatalogOffer');
    await reader.locator('.opblock-summary').click();
    await reader.getByRole('button', { name: 'Try it out' }).click();
    const [one] = await Promise.all([
      page.waitForResponse((each) => /\/reseller\/catalog\/[0-9a-f-]{36}$/.test(each.url())),
      reader.getByRole('button', { name: 'Execute' }).click(),
    ]);
    expect(one.status()).toBe(200);
    expect(errors).toEqual([]);
  },
  60_000,
);

inBrowser('works behind a proxy that serves it below a path', async () => {
  const proxy = createServer((request, response) => {
    const url = request.url?.replace(/^\/offers/, '');
    const { port } = new URL(behind.url);
    const options = { port, path: url, method: request.method, headers: request.headers };
    request.pipe(
      forward(options, (reply) => reply.pipe(response.writeHead(reply.statusCode ?? 502, reply.headers))),
    );
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const publicUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/offers`;
  const behind = await start({ publicUrl });
  try {
    await page.goto(`${publicUrl}/docs/`, { waitUntil: 'commit' });
    const operation = page.locator('#operations-Team-getCurrentTeam');
    await operation.locator('.opblock-summary').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    const [reply] = await Promise.all([
      page.waitForResponse((each) => each.url() === `${publicUrl}/team`),
      operation.getByRole('button', { name: 'Execute' }).click(),
    ]);
    expect(reply.status()).toBe(401);
    await page.getByRole('link', { name: 'Problem types', exact: true }).click();
    await page.getByRole('link', { name: 'NOT_FOUND', exact: true }).click();
    await page.getByRole('heading', { name: 'NOT_FOUND' }).waitFor();
    expect(page.url()).toBe(`${publicUrl}/problems/not-found`);
  } finally {
    await behind.stop();
    proxy.close();
  }
});
