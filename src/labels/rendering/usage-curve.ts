import type { CurvePoint } from './label-block.js';
import { averageText, numberText } from './label-texts.js';
import { joinMarkup, markup, type Markup } from './markup.js';

const margin = { top: 16, right: 18, bottom: 34, left: 42 };
const maxTicks = 5;
/** Half of the width of a price beside the curve. */
const halfText = 16;

interface Frame {
  width: number;
  height: number;
}

/**
 * Draws the average price by monthly usage, as SVG in a frame whose upper left corner is the origin.
 * @param points at least one, in ascending order of usage
 * @param marked the points whose price is written beside the curve
 */
export function usageCurve(
  points: readonly CurvePoint[],
  marked: readonly CurvePoint[],
  { width, height }: Frame,
): Markup {
  const maxUsage = Math.max(...points.map(({ usageKwh }) => usageKwh));
  const prices = points.map(({ centsPerKwh }) => centsPerKwh);
  const ticks = ticksFor(Math.min(0, ...prices), Math.max(1, ...prices));
  const [lowest = 0, highest = 1] = [ticks[0], ticks.at(-1)];
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const x = (usage: number) => round(margin.left + (usage / maxUsage) * inner.width);
  const y = (price: number) =>
    round(margin.top + ((highest - price) / (highest - lowest || 1)) * inner.height);
  const path = points
    .map(({ usageKwh, centsPerKwh }, index) => `${index === 0 ? 'M' : 'L'}${x(usageKwh)} ${y(centsPerKwh)}`)
    .join('');
  /** Returns whether the curve runs through a text with this baseline beside a point. */
  const crosses = (usage: number, baseline: number) =>
    points.some((point, index) => {
      const previous = points[index - 1] ?? point;
      const isBeside =
        x(point.usageKwh) >= x(usage) - halfText && x(previous.usageKwh) <= x(usage) + halfText;
      const ends = [y(previous.centsPerKwh), y(point.centsPerKwh)];
      return isBeside && Math.min(...ends) < baseline + 2 && Math.max(...ends) > baseline - 9;
    });
  /** Above the point, or below it if only there the curve does not cross the text. */
  const baselineAt = ({ usageKwh, centsPerKwh }: CurvePoint) => {
    const [above, below] = [y(centsPerKwh) - 7, y(centsPerKwh) + 16];
    return crosses(usageKwh, above) && !crosses(usageKwh, below) ? below : above;
  };
  const bottom = margin.top + inner.height;
  const usages = [0, 500, 1000, 1500, 2000, 2500, 3000].filter((usage) => usage <= maxUsage);
  return joinMarkup([
    ...ticks.map(
      (tick) =>
        markup`<path d="M${margin.left} ${y(tick)}H${width - margin.right}" stroke="#bbb" stroke-width="1"/><text x="${margin.left - 4}" y="${y(tick) + 4}" font-size="11" text-anchor="end">${numberText(tick)}¢</text>`,
    ),
    ...usages.map(
      (usage) =>
        markup`<path d="M${x(usage)} ${bottom}v4" stroke="#000" stroke-width="1"/><text x="${x(usage)}" y="${bottom + 16}" font-size="11" text-anchor="middle">${numberText(usage)}</text>`,
    ),
    markup`<text x="${round(margin.left + inner.width / 2)}" y="${height - 4}" font-size="11" text-anchor="middle">Average price per kWh by monthly use in kWh</text>`,
    markup`<path d="M${margin.left} ${margin.top}V${bottom}H${width - margin.right}" fill="none" stroke="#000" stroke-width="1"/>`,
    markup`<path d="${path}" fill="none" stroke="#000" stroke-width="2" stroke-linejoin="round"/>`,
    ...marked
      .filter(({ usageKwh }) => usageKwh <= maxUsage)
      .map(
        ({ usageKwh, centsPerKwh }) =>
          markup`<circle cx="${x(usageKwh)}" cy="${y(centsPerKwh)}" r="3.5"/><text x="${x(usageKwh)}" y="${round(baselineAt({ usageKwh, centsPerKwh }))}" font-size="11" font-weight="bold" text-anchor="middle">${averageText(centsPerKwh)}</text>`,
      ),
  ]);
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Returns round numbers, in ascending order, that cover a range. */
function ticksFor(low: number, high: number): number[] {
  const rough = (high - low) / (maxTicks - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
