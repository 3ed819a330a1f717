import type { FileColumn } from './file-column.js';
import { defined, type FileFormat } from './file-format.js';
import { parseAmount, type FileRow } from './file-row.js';

const service = 'serviceSpecificData';
const label = 'complianceData.electricityFactsLabel';

const columns: readonly FileColumn[] = [
  {
    name: 'plan_id',
    otherNames: ['idKey'],
    meaning: 'ID of the plan. A plan has another ID in each language.',
    required: true,
    example: '16521',
    fields: ['externalId', `${service}.planId`],
  },
  {
    name: 'plan_name',
    otherNames: ['Product'],
    meaning: 'Name of the plan.',
    required: true,
    example: 'Champ Saver-12',
    fields: ['name'],
  },
  {
    name: 'rep_name',
    otherNames: ['RepCompany'],
    meaning: 'Retail electric provider.',
    example: 'CHAMPION ENERGY SERVICES LLC',
    fields: [`${service}.retailer`],
  },
  {
    name: 'tdu_area',
    otherNames: ['TduCompanyName'],
    meaning: 'Utility that delivers the energy, as a code or a name.',
    required: true,
    example: 'AEP_CENTRAL',
    fields: [`${service}.utility`],
  },
  {
    name: 'rate_type',
    meaning: 'Fixed, Variable or Indexed.',
    example: 'FIXED',
    fields: [`${service}.rateType`, 'pricingType'],
  },
  { name: 'fixed', meaning: '1 if the rate is fixed; read if there is no rate type.', example: '1' },
  {
    name: 'term_months',
    otherNames: ['TermValue'],
    meaning: 'Contract length in months; 0 means no contract.',
    example: '12',
    fields: [`${service}.contractLengthMonths`, 'contract'],
  },
  ...[500, 1000, 2000].map((usage) => ({
    name: `price_kwh_${usage}`,
    otherNames: [`kwh${usage}`],
    meaning: `Average price at ${usage} kWh per month, in cents per kWh; a price below 1 is in dollars. Rounded half up to a tenth of a cent.`,
    example: '14.899999999999999',
    fields: [`${label}.avgPrice${usage}kwh`],
  })),
  {
    name: 'base_charge_monthly',
    meaning: 'Base charge per month in dollars, which the average prices include.',
    example: '4.95',
    fields: [`${service}.baseChargeMonthly`],
  },
  {
    name: 'early_termination_fee',
    otherNames: ['CancelFee'],
    meaning: 'Fee for ending the contract early, in dollars; in text also per remaining month.',
    example: '150.0',
    fields: ['fees.earlyTerminationFee'],
  },
  {
    name: 'renewable_pct',
    otherNames: ['Renewable'],
    meaning: 'Share of renewable energy in percent.',
    example: '26',
    fields: [`${service}.renewablePercentage`, `${label}.renewablePercent`],
  },
  {
    name: 'is_prepaid',
    otherNames: ['PrePaid'],
    meaning: 'Whether the customer pays in advance.',
    example: 'False',
    fields: [`${service}.prepaid`],
  },
  {
    name: 'is_tou',
    otherNames: ['TimeOfUse'],
    meaning: 'Whether the price depends on the time of use.',
    example: 'False',
    fields: [`${service}.timeOfUse`],
  },
  {
    name: 'special_terms',
    meaning: 'Description of the plan.',
    example: 'This offer is for new customers only.',
    fields: ['description'],
  },
  { name: 'promotion', meaning: 'Whether there is a promotion.', example: '0' },
  {
    name: 'promotion_details',
    otherNames: ['PromotionDesc'],
    meaning: 'Description of the promotion.',
    example: 'False',
    fields: [`${service}.promotionDetails`],
  },
  {
    name: 'fees_credits',
    meaning: 'Fees and credits that depend on usage; FALSE if there are none.',
    example: 'A bill credit of $30 applies at 1000 kWh or more.',
    fields: [`${service}.feesAndCredits`],
  },
  {
    name: 'min_usage_fees',
    otherNames: ['MinUsageFeesCredits'],
    meaning: 'Whether there are fees or credits for a minimum usage.',
    example: 'FALSE',
    fields: [`${service}.minimumUsageFeesOrCredits`],
  },
  {
    name: 'language',
    meaning: 'Language of the row: English or Spanish.',
    example: 'English',
    fields: [`${service}.language`],
  },
  {
    name: 'efl_url',
    otherNames: ['FactsURL'],
    meaning: 'Electricity Facts Label.',
    example: 'https://power.example/efl.pdf',
    fields: [`${label}.url`],
  },
  {
    name: 'enrollment_url',
    otherNames: ['EnrollURL'],
    meaning: 'Page on which customers enroll.',
    example: 'https://power.example/enroll',
    fields: [`${service}.enrollmentUrl`],
  },
  {
    name: 'terms_url',
    meaning: 'Terms of service.',
    example: 'https://power.example/terms.pdf',
    fields: ['complianceData.termsOfServiceUrl'],
  },
  { name: 'website', meaning: 'Website of the retailer.', example: 'https://power.example' },
  { name: 'prepaid_url', meaning: 'Terms of a prepaid plan.', example: 'https://power.example/prepaid.pdf' },
  { name: 'enroll_phone', meaning: 'Phone number for enrolling.', example: '1 (800) 555 0100' },
  { name: 'new_customer', meaning: 'Whether the plan is for new customers only.', example: '1' },
];

/** Names of the utilities in the regulator's file. */
const utilities: readonly [RegExp, string][] = [
  [/ONCOR/, 'ONCOR'],
  [/CENTERPOINT/, 'CENTERPOINT'],
  [/AEP.*CENTRAL/, 'AEP_CENTRAL'],
  [/AEP.*NORTH/, 'AEP_NORTH'],
  [/TNMP|TEXAS.*NEW.*MEXICO/, 'TNMP'],
  [/LUBBOCK|LPL|LP_L/, 'LPL'],
  [/NUECES/, 'NUECES'],
];

const toCode = (name: string) =>
  name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

function readUtility(row: FileRow) {
  const name = row.text('tdu_area') ?? '';
  const code = toCode(name);
  const [, utility = code] = utilities.find(([pattern]) => pattern.test(code)) ?? [];
  return { utility, utilityName: name === utility ? undefined : name };
}

const rateTypes = {
  fixed: 'fixed',
  variable: 'variable',
  indexed: 'indexed',
  'indexed (market rate)': 'indexed',
} as const;

/** Reads a fee such as `150.0`, `Cancellation Fee: $150.00` or `$20 per month remaining`. */
function readCancelFee(row: FileRow) {
  const text = row.text('early_termination_fee');
  if (text === undefined) return {};
  const plain = parseAmount(text);
  const amount = plain ?? parseAmount(/\$\s*([\d,]+(?:\.\d+)?)/.exec(text)?.[1] ?? '');
  const isPerMonth = plain === undefined && /per month|\/\s*month|remaining/i.test(text);
  return { amount, isPerMonth, cancelFee: plain === undefined ? text : undefined };
}

function read(row: FileRow): Record<string, unknown> {
  const rateType =
    row.choice('rate_type', rateTypes) ??
    (row.flag('fixed') === false ? 'variable' : row.flag('fixed') && 'fixed');
  const months = row.integer('term_months');
  const fee = readCancelFee(row);
  const renewable = row.number('renewable_pct', '26');
  return defined({
    externalId: row.text('plan_id'),
    name: row.text('plan_name'),
    category: 'energy',
    currency: 'USD',
    description: row.text('special_terms') ?? null,
    pricingType: rateType === undefined ? undefined : rateType === 'fixed' ? 'fixed' : 'variable',
    contract:
      months === undefined
        ? null
        : defined({
            months,
            required: months > 0,
            earlyTerminationFeePerRemainingMonth: fee.isPerMonth ? fee.amount : undefined,
          }),
    fees: { earlyTerminationFee: fee.isPerMonth ? null : (fee.amount ?? null) },
    serviceArea: { states: ['TX'] },
    serviceSpecificData: {
      ...row.extra,
      ...defined({
        energyType: 'electricity',
        contractLengthMonths: months,
        renewablePercentage: renewable,
        rateType,
        ...readUtility(row),
        prepaid: row.flag('is_prepaid'),
        timeOfUse: row.flag('is_tou'),
        planId: row.text('plan_id'),
        retailer: row.text('rep_name'),
        language: row.text('language'),
        baseChargeMonthly: row.number('base_charge_monthly', '4.95'),
        cancelFee: fee.cancelFee,
        promotion: row.flag('promotion'),
        promotionDetails: row.textOrFlag('promotion_details'),
        feesAndCredits: row.textOrFlag('fees_credits'),
        minimumUsageFeesOrCredits: row.textOrFlag('min_usage_fees'),
        enrollmentUrl: row.url('enrollment_url'),
        website: row.url('website'),
        prepaidUrl: row.url('prepaid_url'),
        enrollmentPhone: row.text('enroll_phone'),
        newCustomersOnly: row.flag('new_customer'),
      }),
    },
    complianceData: defined({
      electricityFactsLabel: defined({
        url: row.url('efl_url'),
        avgPrice500kwh: row.centsPerKwh('price_kwh_500'),
        avgPrice1000kwh: row.centsPerKwh('price_kwh_1000'),
        avgPrice2000kwh: row.centsPerKwh('price_kwh_2000'),
        renewablePercent: renewable,
      }),
      termsOfServiceUrl: row.url('terms_url'),
    }),
  });
}

export const powerToChoose: FileFormat = {
  name: 'power-to-choose',
  title: 'Power to Choose',
  source: 'Public Utility Commission of Texas, export of powertochoose.org',
  identifiedBy: 'plan_id',
  hasLanguages: true,
  columns,
  read,
};
