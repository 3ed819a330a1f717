import { catalogCalls } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, ids } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

/** Returns a function that searches offers with these names, and returns the names found, sorted. */
async function named(...names: string[]) {
  const made = new Map<string, string>();
  for (const name of names) made.set((await offer(provider, { name })).id, name);
  return async (search: string) =>
    (await ids(reseller, { providerId: provider.id, search })).map((id) => made.get(id)).toSorted();
}

describe('words next to punctuation', () => {
  const names = [
    'Fibre-500',
    'Fibre 500',
    'Fibre\u2013500',
    'Plan 100\u2013500 Mbps',
    'TV/Internet',
    'Up to 940/880 Mbps',
    'AT&T',
    'Speed_Boost.Pro (v2), "Max"',
    '<b>Bold</b> offer@isp.example',
  ];

  it.each([
    ['500', names.slice(0, 4)],
    ['fibre', names.slice(0, 3)],
    ['fibre 500', names.slice(0, 3)],
    ['fibre-500', names.slice(0, 3)],
    ['Fibre\u2014500', names.slice(0, 3)],
    ['100', [names[3]]],
    ['internet', [names[4]]],
    ['tv', [names[4]]],
    ['880', [names[5]]],
    ['940/880', [names[5]]],
    ['AT&T', [names[6]]],
    ['at t', [names[6]]],
    ['boost', [names[7]]],
    ['pro v2 max', [names[7]]],
    ['bold', [names[8]]],
    ['isp.example', [names[8]]],
    ['offer', [names[8]]],
  ])('are found by %j', async (search, expected) => {
    const find = await named(...names);
    expect(await find(search)).toEqual([...expected].toSorted());
  });

  it('are found next to symbols, footnote marks and fractions', async () => {
    for (const [name, ...searches] of [
      ['Nova\u2122 Fibre', 'nova', 'Nova\u2122', 'nova fibre', '"nova fibre"', 'nova\u2122/fibre'],
      ['Xfinity\u2120 Blaze', 'xfinity'],
      ['Bixby\u2122Home', 'home', 'bixby', 'bixby home'],
      ['Bixby\u00AEHome', 'home', 'bixby'],
      ['\u20B9500', '500', '\u20B9500'],
      [
        '\u20A8615 \u20BA626 \u20A0614 \u2116632 \u2460662 \u2163644 \u00B5668 667\u03A9 643\u00BD \u00BD642 \u24C7659',
        ...'615 626 614 632 662 644 668 667 643 642 659 iv 643\u00BD 667\u2126 \u03BC668'.split(' '),
      ],
      ['724\uA4FD725 746\uA66E747', '724', '725', '746', '747'],
      ['Quib 777\u00B9', '777'],
      ['Quib\u00B2 888', 'quib', '"quib 888"'],
      ['Kilo 5\u00BD plan', 'kilo 5', 'kilo 5\u00BD', '"5 1 2 plan"'],
      ['1\u00BA N\u00BA8', '1', '8'],
      ['CO\u2082', 'co2'],
      ['100\u3392', '100', '100 mhz'],
      ['Zip\u1D40\u1D39', 'zip'],
      ['\u24BB\u24BE\u24B7\u24C7\u24BA', 'fibre'],
    ]) {
      const find = await named(name ?? '');
      for (const search of searches) expect([search, await find(search)]).toEqual([search, [name]]);
    }
    const find = await named('Kilo 5\u00BD plan', 'Nova\u2122', 'Quib 777\u00B9');
    for (const search of ['kilo 51', 'novatm', '7771'])
      expect([search, await find(search)]).toEqual([search, []]);
  });

  it('need not be adjacent in a script without spaces', async () => {
    const find = await named('宽带和电视套餐', '电视套餐');
    expect(await find('电视/宽带')).toEqual(['宽带和电视套餐']);
  });

  it('are the same with different or invisible characters', async () => {
    for (const [name, ...searches] of [
      ['\uB4DC\uB9BC \uC778\uD130\uB137', '\uB4DC\uB9BC', '\uB4DC\uB9BC'.normalize('NFD'), '\uC778\uD130'],
      ['\uC18D\uB3C4'.normalize('NFD'), '\uC18D\uB3C4'],
      ['\u05E9\u05C1\u05B8\u05DC\u05D5\u05B9\u05DD', '\u05E9\u05DC\u05D5\u05DD'],
      ['\u05E9\u05DC\u05D5\u05DD', '\u05E9\u05C1\u05B8\u05DC\u05D5\u05B9\u05DD'],
      ['giga\u200Bbit li\u00ADght', 'gigabit', 'light', 'giga\u200Dbit'],
      ['gigabit', 'giga\u200Bbit'],
      ['\uFF26\uFF49\uFF42\uFF52\uFF45', 'fibre'],
      ['Stra\u00DFe \u0130stanbul', 'strasse', 'istanbul', 'STRASSE'],
      ['\u0645\u064F\u062D\u064E\u0645\u0651\u064E\u062F', '\u0645\u062D\u0645\u062F'],
      [
        '\u041E\u043F\u0442\u0438\u043A\u0430',
        '\u043E\u043F\u0442\u0438\u043A\u0430',
        '\u041E\u041F\u0422\u0418\u041A\u0410',
      ],
    ]) {
      const find = await named(name ?? '');
      for (const search of searches) expect([search, await find(search)]).toEqual([search, [name]]);
    }
  });

  it('are found in parts of text without spaces', async () => {
    const find = await named(
      '\u9AD8\u901F\u5149\u7EA4\u5BBD\u5E26',
      '\u5149\u7684\u7EA4',
      '\u30D5\u30A1\u30A4\u30D0\u30FC\u56DE\u7DDA',
    );
    expect(await find('\u5149\u7EA4')).toEqual(['\u9AD8\u901F\u5149\u7EA4\u5BBD\u5E26']);
    expect(await find('\u30D5\u30A1\u30A4\u30D0\u30FC')).toEqual([
      '\u30D5\u30A1\u30A4\u30D0\u30FC\u56DE\u7DDA',
    ]);
    expect(await find('\u7DDA')).toEqual(['\u30D5\u30A1\u30A4\u30D0\u30FC\u56DE\u7DDA']);
  });
});

it('characters that are part of no word are ignored', async () => {
  const made = await offer(provider, { name: 'Zephyr \uF8FF Internet' });
  for (const character of ['\uE000', '\uF8FF', '\u{10100}', '\u{1D15F}', '\u0F3A', '\u02E5'])
    for (const search of [
      `zephyr ${character}`,
      `${character} zephyr`,
      `zephyr ${character} internet`,
      `"zephyr ${character}"`,
    ])
      for (const sortBy of ['relevance', 'price'])
        expect([search, await ids(reseller, { search, sortBy })]).toEqual([search, [made.id]]);
});

it('stop words count in names and phrases, or if there is nothing else to search for', async () => {
  const find = await named('The Who of TV', 'Internet for the home', 'Home internet', 'The');
  expect(await find('internet for the home')).toEqual(['Home internet', 'Internet for the home']);
  expect(await find('"for the home"')).toEqual(['Internet for the home']);
  expect(await find('the')).toEqual(['Internet for the home', 'The', 'The Who of TV']);
  expect(await find('the who')).toEqual(['The Who of TV']);
});

describe('the order of names', () => {
  const inOrder = [
    'Apfel',
    '\u00C4pfel',
    'a-z',
    'Bravo',
    '\u00C9clair',
    'echo',
    '\u00F8rsted',
    'Zebra',
    'zoo',
    '\u0416\u0443\u043A',
  ];

  it('ignores case and accents, for offers', async () => {
    const made = new Map<string, string>();
    for (const name of inOrder.toReversed()) made.set((await offer(provider, { name })).id, name);
    const sorted = (await ids(reseller, { providerId: provider.id, sortBy: 'name' })).map(
      (id) => made.get(id) ?? '',
    );
    const fold = (name: string) =>
      name.normalize('NFD').replace(/\p{M}/gu, '').replace('\u00F8', 'o').replace('-', ' ').toLowerCase();
    expect(sorted.map(fold)).toEqual(inOrder.map(fold).toSorted());
  });

  it('ignores case and accents, for providers', async () => {
    const names = ['zoo tv', '\u00C4pfel net', 'Apfel net', 'Birne'];
    const word = 'sortedproviders';
    const made = new Map<string, string>();
    for (const name of names) {
      const team = await makeTeam(harness, 'provider', { name });
      made.set((await offer(team, { name: word })).id, name);
    }
    const sorted = (await ids(reseller, { search: word, sortBy: 'provider' })).map((id) => made.get(id));
    expect(sorted.slice(0, 2).toSorted()).toEqual(['Apfel net', '\u00C4pfel net']);
    expect(sorted.slice(2)).toEqual(['Birne', 'zoo tv']);
  });
});
