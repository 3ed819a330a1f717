import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { findChromium, launchChromium } from './environment/chromium.js';
import { cell, median, table } from './environment/markdown.js';

interface Load {
  /** Time in ms until the first operation is visible. */
  visibleMs: number;
  /** Bytes received, headers included. */
  bytes: number;
}

/** Opens the page with an empty cache. */
async function load(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await session.send('Network.enable');
    const start = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator('.opblock').first().waitFor({ timeout: 60_000 });
    const visibleMs = performance.now() - start;
    await page.waitForLoadState('networkidle');
    return { visibleMs, bytes };
  } finally {
    await context.close();
  }
}

const { values, positionals: urls } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, out: { type: 'string' } },
});
const executable = findChromium();
if (urls.length === 0 || !executable) {
  process.stderr.write(
    'Usage: npm run bench:docs -- <URL of a page> ... Needs Chromium; set CHROMIUM_PATH.\n',
  );
  process.exit(1);
}
const browser = await launchChromium(executable);
const loads = urls.map((): Load[] => []);
try {
  // The first load of each page makes the service build the document, so it does not count.
  for (const url of urls) await load(browser, url);
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const [index, url] of urls.entries()) loads[index]?.push(await load(browser, url));
  const medians = loads.map((each) => ({
    visibleMs: median(each.map(({ visibleMs }) => visibleMs)),
    bytes: median(each.map(({ bytes }) => bytes)),
  }));
  const [base] = medians;
  const rows = medians.map(({ visibleMs, bytes }, index) => [
    `page ${index + 1}`,
    cell(visibleMs, 0),
    cell(visibleMs / (base?.visibleMs ?? NaN), 2),
    cell(bytes / 1000, 0),
    cell(bytes / (base?.bytes ?? NaN), 2),
  ]);
  const report = table(['', 'first operation visible (ms)', 'share', 'kB received', 'share'], rows).join(
    '\n',
  );
  process.stdout.write(`${report}\n`);
  if (values.out) await writeFile(values.out, `${report}\n`);
} finally {
  await browser.close();
}
