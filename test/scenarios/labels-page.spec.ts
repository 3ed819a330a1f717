import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../../bench/environment/chromium.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { makeOffer } from '../support/order-factories.js';

/*
 * What runs in the page is text, because tests are compiled without the types of a browser.
 */

const executable = findChromium();
const inBrowser = executable ? it : it.skip;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let harness: Harness;
let browser: Browser;
let page: Page;
let reseller: TestTeam;
const ids: Record<string, string> = {};
const trouble: string[] = [];

type Scheme = 'light' | 'dark';

const long = 'W'.repeat(80);
const hostile = `<script>document.title='hacked'</script>"><img src=x onerror="document.title='hacked'">]]>\u202egnp.\u2066${long}`;
const url = (name: string) => `https://isp.example/${name}/${'a-long-path/'.repeat(12)}`;

const internet = {
  category: 'internet',
  monthlyPrice: 59.95,
  introductory: { monthlyPrice: 39.95, months: 6 },
  monthlyFees: [{ name: long, amount: 99_999_999_999.99, kind: 'provider' }],
  oneTimeFees: [{ name: 'Equipment cost', amount: 25 }],
  fees: { installationFee: 50, earlyTerminationFee: 90 },
  contract: { months: 24, required: true, termsUrl: url('terms') },
  taxes: 'varies',
  serviceSpecificData: { minBandwidth: 200, maxBandwidth: 500, connectionType: 'fiber' },
  complianceData: {
    tierPlanName: 'Gold',
    discountsUrl: url('discounts'),
    privacyPolicyUrl: url('privacy'),
    networkManagementUrl: url('network'),
    dataAllowancePolicyUrl: url('data'),
    supportUrl: url('help'),
    supportPhone: '1 (800) 555 0100',
    broadbandLabel: {
      typicalDownloadLow: 67,
      typicalDownloadHigh: 622,
      typicalUpload: 4.07,
      typicalLatency: 139,
      dataCapGb: 50,
      overagePrice: 5,
      overageIncrementGb: 10,
      uniquePlanId: 'F0005937974123ABC456EMC789',
    },
  },
};
const energy = {
  category: 'energy',
  serviceSpecificData: {
    rateType: 'fixed',
    utility: 'ONCOR',
    charges: {
      energy: [{ fromKwh: 0, centsPerKwh: 11.2 }],
      baseMonthly: 4.95,
      deliveryCentsPerKwh: 5.6032,
      deliveryMonthly: 4.23,
      credits: [{ fromKwh: 1000, toKwh: 1999, amount: 50 }],
    },
  },
  complianceData: {
    rep: { certifiedName: long, phone: '1 (800) 555 0100', url: url('power') },
    electricityFactsLabel: { versionId: long },
  },
};
const television = {
  category: 'television',
  monthlyPrice: 60,
  complianceData: { allInMonthlyPrice: 84.5, programmingBasePrice: 60, retransmissionFees: 24.5 },
};
const security = {
  category: 'security',
  serviceSpecificData: {
    monitoringType: 'self_monitoring',
    installationType: 'diy',
    equipmentIncluded: 'Hub',
  },
  complianceData: { licenses: [{ state: 'TX', number: long }] },
};

beforeAll(async () => {
  if (!executable) return;
  harness = await start();
  const provider = await makeTeam(harness, 'provider', { name: `Provider ${long}` });
  reseller = await makeTeam(harness, 'reseller');
  for (const [kind, offer] of Object.entries({ internet, energy, television, security }))
    for (const [name, text] of Object.entries({ plain: 'Fibre 500', hostile }))
      ids[`${kind} ${name}`] = await makeOffer(harness, provider, { ...offer, name: text });
  browser = await launchChromium(executable);
  page = await browser.newPage({ extraHTTPHeaders: { 'x-api-key': reseller.key } });
  page.setDefaultTimeout(25_000);
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
  page.on('dialog', (dialog) => trouble.push(dialog.message()));
  page.on('request', (request) => request.isNavigationRequest() || trouble.push(request.url()));
});
afterAll(async () => {
  await browser?.close();
  await harness?.stop();
});

/** Opens a label in the only page, which is faster than a new one for each. */
async function open(label: string, format: 'html' | 'svg', width = 430, colorScheme: Scheme = 'light') {
  await show(width, colorScheme);
  const reply = await page.goto(`${harness.url}/reseller/catalog/${ids[label]}/label?format=${format}`);
  expect([label, reply?.status()]).toEqual([label, 200]);
}

async function show(width: number, colorScheme: Scheme) {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme, media: 'screen' });
}

const run = <T>(script: string) => page.evaluate(script) as Promise<T>;

/** Returns the texts that reach beyond the edge of what they are in. */
const overflowing = `(() => {
  const edge = (document.querySelector('.label') ?? document.documentElement).getBoundingClientRect();
  const beyond = [...document.querySelectorAll('.label *, text, footer p')].filter((each) => {
    const { left, right } = each.getBoundingClientRect();
    return (right > edge.right + 0.5 || left < edge.left - 0.5) && !each.closest('.unseen, title, desc');
  });
  const { scrollWidth } = document.documentElement;
  return [...beyond.map((each) => each.textContent), ...(scrollWidth > innerWidth ? ['page ' + scrollWidth] : [])];
})()`;

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** Returns what axe-core finds. */
async function seriousProblems() {
  await run(axe);
  const { violations } = await run<{ violations: Violation[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

const visibleTexts = `[...document.querySelectorAll('.label .unseen, .label title, .label desc')].forEach((each) => each.remove()),
  document.querySelector('.label').textContent`;
const imageTexts = `[...document.querySelectorAll('text')].map((each) => each.textContent).join('')`;
const withoutSpaces = (text: string) => text.replaceAll(/\s/g, '');

describe.each(['internet', 'energy', 'television', 'security'])('the label of %s', (kind) => {
  inBrowser.each(['plain', 'hostile'])(
    'fits as a page and as an image, which have the same content: %s name',
    async (name) => {
      await open(`${kind} ${name}`, 'html');
      for (const width of [430, 1200])
        for (const colorScheme of ['light', 'dark'] as const) {
          await show(width, colorScheme);
          expect([width, colorScheme, await run(overflowing)]).toEqual([width, colorScheme, []]);
        }
      const onPage = await run<string>(visibleTexts);
      await open(`${kind} ${name}`, 'svg');
      expect(withoutSpaces(await run(imageTexts))).toBe(withoutSpaces(onPage));
      expect(await run(overflowing)).toEqual([]);
      expect(await run('document.querySelectorAll("title, desc").length')).toBe(2);
    },
  );

  inBrowser('has no serious problem of accessibility', async () => {
    await open(`${kind} hostile`, 'html');
    expect(await seriousProblems()).toEqual([]);
    await open(`${kind} hostile`, 'html', 1200, 'dark');
    expect(await seriousProblems()).toEqual([]);
  });
});

inBrowser('hostile names are inert, and are text', async () => {
  for (const format of ['html', 'svg'] as const) {
    await open('internet hostile', format);
    expect(await run('document.querySelectorAll("script, img, [onerror]").length')).toBe(0);
    expect(await run('document.title')).not.toBe('hacked');
    const text = await run<string>('document.documentElement.textContent');
    expect(withoutSpaces(text)).toContain(`]]>gnp.${long}`);
    await run('getSelection().selectAllChildren(document.documentElement)');
    expect(await run('String(getSelection())')).toContain('Monthly Price');
  }
  // In all pages so far, nothing was loaded or run, and nothing violated the content security policy.
  expect(trouble).toEqual([]);
});

inBrowser(
  'the broadband label has the blocks and rules of the FCC, black on white in both schemes',
  async () => {
    const backgrounds = new Set<string>();
    for (const colorScheme of ['light', 'dark'] as const) {
      await open('internet plain', 'html', 1200, colorScheme);
      const rules = `[...document.querySelectorAll('.label hr')].map((each) => each.getBoundingClientRect().height)`;
      expect(await run(rules)).toEqual([1, 12, 3, 1, 3, 3, 1, 3, 12, 6]);
      const look = `(({ borderTopWidth, backgroundColor, color, width }) => [borderTopWidth, backgroundColor, color, width])(
      getComputedStyle(document.querySelector('.label')))`;
      expect(await run(look)).toEqual(['3px', 'rgb(255, 255, 255)', 'rgb(0, 0, 0)', '430px']);
      backgrounds.add(await run<string>('getComputedStyle(document.body).backgroundColor'));
      const text = await run<string>(`document.querySelector('.label').innerText`);
      const order = [
        'Broadband Facts',
        'Fixed Broadband Consumer Disclosure',
        'Monthly Price',
        '$39.95',
        'is an introductory rate',
        'requires a 24 month contract',
        'Additional Charges & Terms',
        'Provider Monthly Fees',
        'One-time Fees at the Time of Purchase',
        'Early Termination Fee',
        'Government Taxes',
        'Discounts & Bundles',
        'Speeds Provided with Plan',
        'Data Included with Monthly Price',
        'Network Management',
        'Privacy',
        'Customer Support',
        'Learn more',
        'fcc.gov/consumer',
        'F0005937974123ABC456EMC789',
      ];
      const places = order.map((part) => text.indexOf(part));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(places).not.toContain(-1);
      expect(text.trim().endsWith('F0005937974123ABC456EMC789')).toBe(true);
      await page.emulateMedia({ media: 'print', colorScheme });
      expect(await run('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    }
    expect(backgrounds.size).toBe(2);
  },
);
