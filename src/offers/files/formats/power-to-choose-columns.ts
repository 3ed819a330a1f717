import type { FileColumn } from './file-column.js';
import { parseAmount, toCentsPerKwh } from './file-row.js';

const service = 'serviceSpecificData';
const label = 'complianceData.electricityFactsLabel';

/** Returns whether two prices are equal, in dollars or cents, to a tenth of a cent. */
function isSamePrice(cell: string, other: string): boolean {
  const [price, otherPrice] = [parseAmount(cell), parseAmount(other)];
  return (
    price !== undefined && otherPrice !== undefined && toCentsPerKwh(price) === toCentsPerKwh(otherPrice)
  );
}

/** The columns in the order of the regulator's file, whose names are in brackets, and one that only others have. */
export const powerToChooseColumns: readonly FileColumn[] = [
  {
    name: 'plan_id',
    exportedAs: '[idKey]',
    otherNames: ['idKey'],
    meaning: 'ID of the plan. A plan has another ID in each language.',
    required: true,
    example: '16521',
    fields: ['externalId', `${service}.planId`],
  },
  {
    name: 'tdu_area',
    exportedAs: '[TduCompanyName]',
    otherNames: ['TduCompanyName'],
    meaning: 'Utility that delivers the energy, as a code or a name.',
    required: true,
    example: 'AEP_CENTRAL',
    fields: [`${service}.utility`, `${service}.utilityName`],
  },
  {
    name: 'rep_name',
    exportedAs: '[RepCompany]',
    otherNames: ['RepCompany'],
    meaning: 'Retail electric provider.',
    example: 'CHAMPION ENERGY SERVICES LLC',
    fields: [`${service}.retailer`],
  },
  {
    name: 'plan_name',
    exportedAs: '[Product]',
    otherNames: ['Product'],
    meaning: 'Name of the plan.',
    required: true,
    example: 'Champ Saver-12',
    fields: ['name'],
  },
  ...[500, 1000, 2000].map((usage) => ({
    name: `price_kwh_${usage}`,
    exportedAs: `[kwh${usage}]`,
    otherNames: [`kwh${usage}`],
    meaning: `Average price at ${usage} kWh per month, in cents per kWh; a price below 1 is in dollars. Rounded half up to a tenth of a cent.`,
    example: '14.899999999999999',
    fields: [`${label}.avgPrice${usage}kwh`],
    isSame: isSamePrice,
  })),
  {
    name: 'fees_credits',
    exportedAs: '[Fees/Credits]',
    meaning: 'Fees and credits that depend on usage; FALSE if there are none.',
    example: 'A bill credit of $30 applies at 1000 kWh or more.',
    fields: [`${service}.feesAndCredits`],
  },
  {
    name: 'is_prepaid',
    exportedAs: '[PrePaid]',
    otherNames: ['PrePaid'],
    meaning: 'Whether the customer pays in advance.',
    example: 'False',
    fields: [`${service}.prepaid`],
  },
  {
    name: 'is_tou',
    exportedAs: '[TimeOfUse]',
    otherNames: ['TimeOfUse'],
    meaning: 'Whether the price depends on the time of use.',
    example: 'False',
    fields: [`${service}.timeOfUse`],
  },
  {
    name: 'fixed',
    exportedAs: '[Fixed]',
    meaning: '1 if the rate is fixed; read if there is no rate type.',
    example: '1',
  },
  {
    name: 'rate_type',
    exportedAs: '[RateType]',
    meaning: 'Fixed, Variable or Indexed.',
    example: 'FIXED',
    fields: [`${service}.rateType`, 'pricingType'],
  },
  {
    name: 'renewable_pct',
    exportedAs: '[Renewable]',
    otherNames: ['Renewable'],
    meaning: 'Share of renewable energy in percent.',
    example: '26',
    fields: [`${service}.renewablePercentage`, `${label}.renewablePercent`],
  },
  {
    name: 'term_months',
    exportedAs: '[TermValue]',
    otherNames: ['TermValue'],
    meaning: 'Contract length in months; 0 means no contract.',
    example: '12',
    fields: [`${service}.contractLengthMonths`, 'contract'],
  },
  {
    name: 'early_termination_fee',
    exportedAs: '[CancelFee]',
    otherNames: ['CancelFee'],
    meaning:
      'Fee for ending the contract early, in dollars; in text also per remaining month. Amounts that depend on something else are only kept as text.',
    example: '150.0',
    fields: ['fees.earlyTerminationFee', `${service}.cancelFee`],
  },
  {
    name: 'website',
    exportedAs: '[Website]',
    meaning: 'Website of the retailer.',
    example: 'https://power.example',
    fields: [`${service}.website`],
  },
  {
    name: 'special_terms',
    exportedAs: '[SpecialTerms]',
    meaning: 'Description of the plan.',
    example: 'This offer is for new customers only.',
    fields: ['description'],
  },
  {
    name: 'terms_url',
    exportedAs: '[TermsURL]',
    meaning: 'Terms of service.',
    example: 'https://power.example/terms.pdf',
    fields: ['complianceData.termsOfServiceUrl'],
  },
  {
    name: 'promotion',
    exportedAs: '[Promotion]',
    meaning: 'Whether there is a promotion.',
    example: '0',
    fields: [`${service}.promotion`],
  },
  {
    name: 'promotion_details',
    exportedAs: '[PromotionDesc]',
    otherNames: ['PromotionDesc'],
    meaning: 'Description of the promotion.',
    example: 'False',
    fields: [`${service}.promotionDetails`],
  },
  {
    name: 'efl_url',
    exportedAs: '[FactsURL]',
    otherNames: ['FactsURL'],
    meaning: 'Electricity Facts Label.',
    example: 'https://power.example/efl.pdf',
    fields: [`${label}.url`],
  },
  {
    name: 'enrollment_url',
    exportedAs: '[EnrollURL]',
    otherNames: ['EnrollURL'],
    meaning: 'Page on which customers enroll.',
    example: 'https://power.example/enroll',
    fields: [`${service}.enrollmentUrl`],
  },
  {
    name: 'prepaid_url',
    exportedAs: '[PrepaidURL]',
    meaning: 'Terms of a prepaid plan.',
    example: 'https://power.example/prepaid.pdf',
    fields: [`${service}.prepaidUrl`],
  },
  {
    name: 'enroll_phone',
    exportedAs: '[EnrollPhone]',
    meaning: 'Phone number for enrolling.',
    example: '1 (800) 555 0100',
    fields: [`${service}.enrollmentPhone`],
  },
  {
    name: 'new_customer',
    exportedAs: '[NewCustomer]',
    meaning: 'Whether the plan is for new customers only.',
    example: '1',
    fields: [`${service}.newCustomersOnly`],
  },
  {
    name: 'min_usage_fees',
    exportedAs: '[MinUsageFeesCredits]',
    otherNames: ['MinUsageFeesCredits'],
    meaning: 'Whether there are fees or credits for a minimum usage.',
    example: 'FALSE',
    fields: [`${service}.minimumUsageFeesOrCredits`],
  },
  {
    name: 'language',
    exportedAs: '[Language]',
    meaning: 'Language of the row: English or Spanish, also as Español, EN or ES.',
    example: 'English',
    fields: [`${service}.language`],
  },
  {
    name: 'base_charge_monthly',
    meaning:
      'Base charge per month in dollars, which the average prices include. The file of the regulator does not have it.',
    example: '4.95',
    fields: [`${service}.baseChargeMonthly`],
  },
];
