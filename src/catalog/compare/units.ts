import { comparedAs, offerCurrency } from '../../offers/categories/compared.js';
import { fieldRules, type DtoClass } from '../../validation/rules.js';

/** Units with which names of keys end, by convention: `downloadMbps`, `ramGb`. */
const units: Record<string, string> = {
  Kbps: 'kbps',
  Mbps: 'Mbps',
  Gbps: 'Gbps',
  Mb: 'MB',
  Gb: 'GB',
  Tb: 'TB',
  Ms: 'ms',
  Seconds: 's',
  Minutes: 'min',
  Hours: 'h',
  Days: 'days',
  Months: 'months',
  Years: 'years',
  Kwh: 'kWh',
  Kw: 'kW',
  CentsPerKwh: 'cents per kWh',
  Cents: 'cents',
  Percent: '%',
  Percentage: '%',
  Miles: 'mi',
  Km: 'km',
};

/** Returns the unit that is the end of a key's name; null if it has none. */
export function unitInName(name: string): string | null {
  const endings = Object.keys(units).filter((ending) => name.endsWith(ending) && name !== ending);
  const [longest] = endings.toSorted((a, b) => b.length - a.length);
  return longest === undefined ? null : (units[longest] ?? null);
}

/** Returns the unit of a number in a field of a class; null if it has none. */
export function declaredUnit(type: DtoClass, name: string): string | null {
  const { unit } = comparedAs(type, name);
  if (unit !== undefined) return unit;
  if (fieldRules(type).get(name)?.money === 'amount') return offerCurrency;
  // Names such as `months` and `centsPerKwh` are units as a whole.
  return unitInName(` ${name.charAt(0).toUpperCase()}${name.slice(1)}`);
}
