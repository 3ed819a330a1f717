import * as fc from 'fast-check';
import { fileFormats } from '../../src/offers/files/formats/all-formats.js';
import type { FileCells } from './offer-file.js';

/*
 * Rows in the formats of the industry, random and from the samples, and when two cells are equal: by the rules of
 * docs/imports.md, written apart from the code of the formats.
 */

type CellForm =
  'months' | 'amount' | 'integer' | 'flag' | 'cents' | 'range' | 'amounts' | 'url' | 'word' | 'text';

/** The forms of the columns that are not texts. */
const formsByName: [RegExp, CellForm][] = [
  [/^fee_introductory_description$/, 'months'],
  [/^price_kwh/, 'cents'],
  [/(?:^|_)ur[li](?:$|_)|_web$|^website$/, 'url'],
  [/^(?:intro_rate|contract_req(?:uired)?|policy_data_usage|acp|is_\w+|promotion|new_customer)$/, 'flag'],
  [/^(?:promotion_details|fees_credits|min_usage_fees|restrictions_apply)$/, 'word'],
  [
    /^(?:connection_type|fixed_or_mobile|language|tax|government_taxes|rate_type|fixed|bandwidth_\w+_units)$/,
    'word',
  ],
  [/^(?:monthly_data_allow|early_termination_fee|fee_early_termination|fee_data_usage)$/, 'word'],
  [/^(?:single_purchase_fees|monthly_provider_fees|fee_one_time_amount|fee_recurring)$/, 'amounts'],
  [/^(?:typical_\w+|latency_in_ms)$/, 'range'],
  [/^(?:network_technology_type|\w+_time|\w+_months|\w+_in_months|contract_duration)$/, 'integer'],
  [
    /price|^fee_introductory$|_low$|_high$|uptime|kbps|overage|renewable|base_charge|pass_through|included|increments/,
    'amount',
  ],
];

const formOf = (name: string): CellForm => formsByName.find(([pattern]) => pattern.test(name))?.[1] ?? 'text';

/** Texts that spreadsheets or readers of CSV files misunderstand. */
const awkward = [
  "=cmd|' /C calc'!A0",
  '+1 (800) 555-0100',
  '-',
  '@sum',
  "'=x",
  "'",
  "''NULL",
  'two\nlines',
  'a "quoted", text',
  'a;b',
  '007',
  '1e5',
  'True',
  '67 - 622',
  'for the first 6 months',
  '24 months',
  'per 10 GB',
  'e\u0301t\u00e9',
];
const empty = fc.constantFrom('', 'NULL', ' null ');
const often = (form: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 5, arbitrary: form }, { weight: 1, arbitrary: empty });

const cellForms: Record<Exclude<CellForm, 'word'>, fc.Arbitrary<string>> = {
  amount: often(fc.constantFrom('0', '5', '59.95', '40.00', '$1,234.5', ' 7.5 ', '0.25')),
  integer: often(fc.constantFrom('0', '1', '6', '24', '12.0', '050')),
  flag: often(fc.constantFrom('Yes', 'no', 'TRUE', 'False', '1', '0', 'Y')),
  cents: often(fc.constantFrom('14.899999999999999', '0.149', '12', '9.95', '0.1255', '100')),
  range: often(fc.constantFrom('5', '67 - 622', '7-28', '4.07', '1 – 2.5', '3 to 4', '5-5', '9-')),
  amounts: often(fc.constantFrom('9.95', '9.95;4.00', '1;;2', '$5; 6', '7;')),
  url: often(fc.constantFrom('https://isp.example/a b', 'http://isp.example/?x=1', 'HTTPS://isp.example/')),
  months: fc.constantFrom(
    'for the first 6 months',
    '1 year',
    'twelve months',
    '$1 mo. for 3 mos.; then more',
  ),
  text: often(
    fc.oneof(
      fc.constantFrom('Router', 'A; B', 'None', ...awkward),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    ),
  ),
};

const words: [RegExp, readonly string[]][] = [
  [/^connection_type$/, ['Fixed', 'mobile', 'FIXED']],
  [/^fixed_or_mobile$/, ['Fixed', 'mobile']],
  [/tax/, ['Included', 'varies', 'Varies by Location', 'Not applicable', '4.50', '0']],
  [/^rate_type$/, ['FIXED', 'Variable', 'Indexed (Market Rate)', 'indexed']],
  [/^fixed$/, ['1', '0']],
  [/^language$/, ['English', 'SPANISH', 'Español', 'en']],
  [/units$/, ['kbps', 'Mbps', 'GBPS']],
  [/^monthly_data_allow$/, ['50', '0', 'Unlimited', '1,024']],
  [
    /early|data_usage/,
    [
      '90',
      '0',
      '$150.00',
      'Varies',
      'Cancellation Fee: $150.00',
      '$20 per month remaining',
      '$150 or $20 per month',
      '$99 plus $5/month',
      'N/A',
    ],
  ],
  [/.*/, ['FALSE', '0', 'True', 'A credit of $30 at 1,000 kWh', 'No']],
];

const cellArbitrary = (name: string): fc.Arbitrary<string> => {
  if (name === 'fcc_id') return fc.constantFrom('12345', '0005937974');
  const form = formOf(name);
  if (form !== 'word') return cellForms[form];
  const [, known] = words.find(([pattern]) => pattern.test(name)) ?? [];
  return often(fc.constantFrom(...(known ?? [])));
};

/** A column that identifies rows, which gets a value of its own in each. */
const idColumns: Record<string, string> = {
  'fcc-broadband-label': 'unique_plan_id',
  'bblabel-1': 'unique_plan_identifier',
  'power-to-choose': 'plan_id',
  sonarbcd: 'data_service_id',
};

/** Random rows of a format: examples, some of whose cells are replaced by others. */
export function formatRows(format: string, count: number): fc.Arbitrary<FileCells[]> {
  const columns = fileFormats.find(({ name }) => name === format)?.columns ?? [];
  const cell = (name: string, example: string, required: boolean) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant(example) },
      {
        weight: 3,
        arbitrary: cellArbitrary(name).filter((text) => !required || !/^\s*(?:null\s*)?$/i.test(text)),
      },
      { weight: 1, arbitrary: required ? fc.constant(example) : empty },
    );
  // The columns of the generator's fees are many, and a name without a price fails.
  const isFee = (name: string) => /_fee_price_|^fee_introductory_description$/.test(name);
  const row = fc.record(
    Object.fromEntries(
      columns.map(({ name, example, required = false }) => [
        name,
        cell(name, example, required || isFee(name)),
      ]),
    ),
  );
  const id = fc.constantFrom('F0005937974', 'M000593797', 'plan-', '=', 'f');
  return fc
    .array(fc.tuple(row, id), { minLength: count, maxLength: count })
    .map((rows) =>
      rows.map(([cells, start], index) => ({ ...cells, [idColumns[format] ?? '']: `${start}${index}` })),
    );
}

/** Returns the meaning of a cell: the same for two cells that are equal by docs/imports.md. */
export function cellMeaning(name: string, cell: string): string {
  const trimmed = cell.trim();
  const text = /^'+(?:$|NULL$|[=+\-@\t\r])/.test(trimmed) ? trimmed.slice(1) : trimmed;
  if (trimmed === '' || /^null$/i.test(trimmed) || text === '') return '';
  const amount = amountOf(text);
  switch (formOf(name)) {
    case 'url':
      return text.replace(/\s/g, encodeURIComponent);
    case 'cents':
      return amount === undefined ? text : tenthsOfCents(amount);
    case 'amounts': {
      const entries = text.split(';').map((entry) => String(amountOf(entry.trim()) ?? entry.trim()));
      return entries.slice(0, entries.findLastIndex((entry) => entry !== '') + 1).join(';');
    }
    case 'range': {
      const ends = text.split(/\s*(?:-|–|to)\s*/).map((end) => amountOf(end));
      return ends[0] === ends.at(-1) ? String(ends[0]) : ends.join('-');
    }
    case 'months':
    case 'text':
      return namesOf(text).normalize('NFC');
    case 'flag':
    case 'word':
      if (/^(?:yes|true|1|y)$/i.test(text)) return '1';
      if (/^(?:no|false|0|n)$/i.test(text)) return '0';
      return String(amount ?? text.toLowerCase());
    default:
      return String(amount ?? text);
  }
}

/** Names of fees are separated by `;`, with or without spaces. */
const namesOf = (text: string) =>
  text
    .split(';')
    .map((name) => name.trim())
    .join(';');

function amountOf(text: string): number | undefined {
  const plain = text.replace(/^\$\s*/, '').replaceAll(/,(?=\d{3})/g, '');
  return /^(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}

/** A price below 1 is in dollars; rounded half up to a tenth of a cent, with the decimals that the text has. */
const tenthsOfCents = (price: number) =>
  String(Math.round(Number((price * (price < 1 ? 1000 : 10)).toFixed(6))) / 10);
