import * as fc from 'fast-check';
import { testSeed } from '../support/seed.js';
import { joinMarkup, markup } from '../../src/labels/rendering/markup.js';
import { textWidth } from '../../src/labels/rendering/svg/font-metrics.js';
import { wrapText } from '../../src/labels/rendering/svg/wrap-text.js';
import { usageCurve } from '../../src/labels/rendering/usage-curve.js';
import { labelSourceOf } from '../../src/labels/values/label-source.js';
import { labelValuesOf, type LabelValues } from '../../src/labels/values/label-values.js';
import { labelDocument } from '../../src/labels/rendering/documents/label-document.js';
import { htmlLabel } from '../../src/labels/rendering/html/html-label.js';
import { svgLabel } from '../../src/labels/rendering/svg/svg-label.js';
import { titleSizeOf } from '../../src/labels/rendering/title-size.js';
import { averageText, moneyText } from '../../src/labels/rendering/label-texts.js';

const style = { fontSize: 14, isBold: false };
const textOf = (lines: ReturnType<typeof wrapText>) =>
  lines.map(({ runs }) => runs.map(({ text }) => text).join(''));

describe('markup', () => {
  it('escapes every value, also in attributes and lists, but no markup', () => {
    const hostile = `<b a="1">&'</b>`;
    const inner = markup`<i>${hostile}</i>`;
    expect(markup`<p title="${hostile}">${[inner, hostile]}</p>`.text).toBe(
      '<p title="&lt;b a=&quot;1&quot;&gt;&amp;&#39;&lt;/b&gt;"><i>&lt;b a=&quot;1&quot;&gt;&amp;&#39;&lt;/b&gt;</i>&lt;b a=&quot;1&quot;&gt;&amp;&#39;&lt;/b&gt;</p>',
    );
    expect(joinMarkup([markup`<a>`, markup`${1}`]).text).toBe('<a>\n1');
  });

  it('omits what XML does not allow, and what turns the text around it', () => {
    expect(markup`${'a\u0000b\u000bc\u202ed\u2066e\u2069f\ufffeg\ud800h\u200fi'}`.text).toBe(
      'abcdefg\ufffdhi',
    );
    expect(markup`${'שלום 日本 é 👍🏽'}`.text).toBe('שלום 日本 é 👍🏽');
  });
});

describe('wrapping', () => {
  it('measures text as Helvetica is wide', () => {
    // Sums of the published widths, in thousandths: F 611, i 222, b 556, r 333, e 556, and so on.
    expect(textWidth('Fibre', 1000, false)).toBe(611 + 222 + 556 + 333 + 556);
    expect(textWidth('Fibre', 1000, true)).toBe(611 + 278 + 611 + 389 + 556);
    expect(textWidth('é', 1000, false)).toBe(556);
  });

  it('breaks between words, keeps links together with what follows, and spaces inside of links', () => {
    const link = { text: 'requires a 24 month contract', href: 'https://isp.example/' };
    const [line, ...others] = wrapText(['This price ', link, '.'], 1000, style);
    expect(others).toEqual([]);
    expect(line?.runs).toEqual([{ text: 'This price ' }, link, { text: '.' }]);
    const lines = textOf(wrapText(['one two three'], textWidth('one two', 14, false), style));
    expect(lines).toEqual(['one two', 'three']);
  });

  it('breaks words that are longer than a line, between characters that are read as one', () => {
    const lines = wrapText(['👩‍👩‍👧'.repeat(30)], 100, style);
    expect(lines.length).toBeGreaterThan(1);
    for (const text of textOf(lines)) expect(text.replaceAll('👩‍👩‍👧', '')).toBe('');
  });

  it('keeps every character, and no line is too wide (random text)', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 400 }), (given, width) => {
        const lines = wrapText([given], width, style);
        const shown = markup`${given}`.text;
        const squeeze = (all: string) => all.replaceAll(/\s+/g, '');
        expect(squeeze(markup`${textOf(lines).join('')}`.text)).toBe(squeeze(shown));
        for (const line of lines) expect(line.width).toBeLessThanOrEqual(width + 1e-6);
      }),
      { seed: testSeed },
    );
  });
});

it('writes amounts and averages with all of their digits', () => {
  expect(moneyText(1234.5, 'USD')).toBe('$1,234.50');
  expect(moneyText(99_999_999_999.99, 'USD')).toBe('$99,999,999,999.99');
  expect(moneyText(500, 'JPY')).toBe('¥500');
  // Intl rounds these to integers, although ISO 4217 has two and three decimal places for them.
  expect(moneyText(1234.5, 'HUF')).toBe('HUF\u00a01,234.50');
  expect(moneyText(1234.567, 'IQD')).toBe('IQD\u00a01,234.567');
  // A price per MB, in the terms of a price per GB.
  expect(moneyText(0.005, 'USD')).toBe('$0.005');
  expect([averageText(12), averageText(-3.4), averageText(null)]).toEqual(['12.0¢', '-3.4¢', 'Not stated']);
});

it('chooses the largest size in which a title fits', () => {
  expect(titleSizeOf('Broadband Facts')).toBe(44);
  expect(titleSizeOf('Electricity Facts Label (EFL)')).toBe(28);
  expect(titleSizeOf('W'.repeat(80))).toBe(24);
});

it('draws a curve within its frame, also with negative prices', () => {
  const points = [
    { usageKwh: 100, centsPerKwh: 45.2 },
    { usageKwh: 1000, centsPerKwh: -2.5 },
    { usageKwh: 3000, centsPerKwh: 9 },
  ];
  const { text } = usageCurve(points, points, { width: 400, height: 170 });
  const places = [...text.matchAll(/c([xy])="(-?[\d.]+)"/g)].map(
    ([, axis, at]) => [axis, Number(at)] as const,
  );
  expect(places).toHaveLength(6);
  for (const [axis, at] of places) {
    expect(at).toBeGreaterThanOrEqual(0);
    expect(at).toBeLessThanOrEqual(axis === 'x' ? 400 : 170);
  }
});

it('writes prices where the curve does not cross them', () => {
  const points = [
    { usageKwh: 100, centsPerKwh: 36 },
    { usageKwh: 499, centsPerKwh: 20.6 },
    { usageKwh: 500, centsPerKwh: 18.6 },
    { usageKwh: 999, centsPerKwh: 17.8 },
    { usageKwh: 1000, centsPerKwh: 12.7 },
    { usageKwh: 1999, centsPerKwh: 14.8 },
    { usageKwh: 2000, centsPerKwh: 17.3 },
    { usageKwh: 3000, centsPerKwh: 17 },
  ];
  const marked = points.filter(({ usageKwh }) => usageKwh % 500 === 0 && usageKwh < 3000);
  const { text } = usageCurve(points, marked, { width: 400, height: 170 });
  const places = [...text.matchAll(/cy="([\d.]+)" r="3.5"\/><text x="[\d.]+" y="([\d.]+)"/g)];
  // Below after a fall, above after a rise.
  expect(places.map(([, point, baseline]) => Number(baseline) > Number(point))).toEqual([true, true, false]);
});

describe('the notice on a price that varies', () => {
  const documentOf = (serviceSpecificData: object, electricityFactsLabel: object = {}) => {
    const offer = { category: 'energy', serviceSpecificData, complianceData: { electricityFactsLabel } };
    return labelDocument(
      labelValuesOf(labelSourceOf(JSON.stringify(offer), 'Spark'), []) as LabelValues,
      null,
    );
  };
  const notice = 'at the sole discretion of Spark.';

  it('is bold and in 12 points', () => {
    const document = documentOf({ rateType: 'variable' });
    expect(htmlLabel(document, []).text).toMatch(
      new RegExp(`<p class="strong notice"><bdi>Except for price changes [^<]*${notice}</bdi></p>`),
    );
    expect(svgLabel(document).text).toMatch(/font-size="16" font-weight="bold"[^>]*>[^<]*sole discretion/);
  });

  it('is the text of the provider if there is one, and is only for prices that vary', () => {
    const priceChanges = 'The price can rise by no more than 5 percent from month to month.';
    const stated = htmlLabel(documentOf({ rateType: 'variable' }, { priceChanges }), []).text;
    expect(stated).toContain(`<p class="strong notice"><bdi>${priceChanges}</bdi></p>`);
    expect(stated).not.toContain(notice);
    expect(htmlLabel(documentOf({ rateType: 'fixed' }, { priceChanges }), []).text).not.toContain(
      '"strong notice"',
    );
  });
});
