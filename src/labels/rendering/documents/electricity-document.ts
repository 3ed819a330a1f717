import type { ElectricityFacts, EnergyStep, LabelCharges } from '../../values/electricity-facts.js';
import {
  headingBlock,
  labelRow,
  rowsBlock,
  ruleBlock,
  textBlock,
  type Inline,
  type LabelBlock,
  type LabelDocument,
  type LabelRow,
} from '../label-block.js';
import {
  averageText,
  earlyTerminationText,
  linkOr,
  moneyText,
  monthsText,
  notStated,
  numberText,
} from '../label-texts.js';

/** Lays out the Electricity Facts Label. @param issuedOn the day on which it was first issued; null for a preview */
export function electricityDocument(facts: ElectricityFacts, issuedOn: string | null): LabelDocument {
  const { provider, dba, plan, utility, certificateNumber } = facts;
  const issued = facts.issuedOn ?? issuedOn;
  const averages = facts.averages.map(({ usageKwh, centsPerKwh }) => ({ usageKwh, centsPerKwh }));
  const inWords = averages.map(
    ({ usageKwh, centsPerKwh }) => `${averageText(centsPerKwh)} per kWh at ${numberText(usageKwh)} kWh`,
  );
  return {
    title: 'Electricity Facts Label (EFL)',
    summary: `Electricity Facts Label of ${plan} by ${provider}. Average price: ${inWords.join(', ')} per month.`,
    blocks: [
      ruleBlock(1),
      textBlock(
        `${provider}${dba === null ? '' : ` dba ${dba}`}${certificateNumber === null ? '' : ` (PUC ${certificateNumber})`}`,
        {
          strong: true,
        },
      ),
      textBlock(
        `${utility === null ? 'Utility' : utilityName(utility)} service area${utility === null ? ': not stated' : ''}`,
      ),
      textBlock(plan, { strong: true }),
      ...(issued === null ? [] : [textBlock(`Issued on ${issued}`)]),
      ruleBlock(12),
      {
        type: 'table',
        caption: 'Average price per kWh by average monthly use',
        hidesCaption: true,
        head: ['Average Monthly Use', ...averages.map(({ usageKwh }) => `${numberText(usageKwh)} kWh`)],
        rows: [['Average Price per kWh', ...averages.map(({ centsPerKwh }) => averageText(centsPerKwh))]],
        firstColumn: 40,
      },
      textBlock(
        'The average prices include all recurring charges, and exclude sales taxes and reimbursements of gross receipts taxes.',
        { size: 'small' },
      ),
      ...variablePriceBlocks(facts),
      ...curveBlocks(facts),
      ruleBlock(3),
      headingBlock('Electricity Price'),
      ...priceBlocks(facts),
      ruleBlock(3),
      headingBlock('Other Key Terms and Questions'),
      textBlock(terms(facts)),
      disclosureChart(facts),
      ruleBlock(6),
      ...contactBlocks(facts),
    ],
  };
}

/**
 * The notice on a price that varies, bold and in 12 points (16 TAC 25.475(g)(2)). The text of the provider, such as one on
 * the percentage by which the price can rise, takes the place of that for a price without a limit.
 */
function variablePriceBlocks({ rateType, priceChanges, provider }: ElectricityFacts): LabelBlock[] {
  if (rateType !== 'variable') return [];
  const withoutLimit = `Except for price changes allowed by law or regulatory action, this price is the price that will be applied during your first billing cycle; this price may change in subsequent months at the sole discretion of ${provider}.`;
  return [textBlock(priceChanges ?? withoutLimit, { strong: true, size: 'notice' })];
}

/** Names of utilities that are not their code in words. */
const utilityNames: Readonly<Record<string, string>> = {
  ONCOR: 'Oncor',
  CENTERPOINT: 'CenterPoint Energy',
  AEP_CENTRAL: 'AEP Texas Central',
  AEP_NORTH: 'AEP Texas North',
  LPL: 'Lubbock Power & Light',
};
const utilityName = (code: string) => utilityNames[code] ?? code.replaceAll('_', ' ');

function curveBlocks({ curve, averages }: ElectricityFacts): LabelBlock[] {
  if (curve.length === 0) return [];
  const marked = averages.flatMap(({ usageKwh, centsPerKwh }) =>
    centsPerKwh === null ? [] : [{ usageKwh, centsPerKwh }],
  );
  return [{ type: 'curve', points: curve, marked }];
}

function priceBlocks({ charges, currency, averagesBasis }: ElectricityFacts): LabelBlock[] {
  if (charges) return chargeBlocks(charges, currency);
  return [
    textBlock(
      averagesBasis === 'stated'
        ? 'The charges are not stated. The average prices are those that the provider states.'
        : 'The charges are not stated.',
    ),
  ];
}

function chargeBlocks(charges: LabelCharges, currency: string): LabelBlock[] {
  const { baseMonthly, minimumUsageFee: minimum, deliveryCentsPerKwh, deliveryMonthly, credits } = charges;
  const perMonth = (amount: number) => `${moneyText(amount, currency)} per month`;
  const rows: LabelRow[] = [
    ...charges.energy.map((step) =>
      labelRow(`Energy Charge${stepText(step, charges.energy)}`, centsText(step.centsPerKwh)),
    ),
    ...(baseMonthly === null ? [] : [labelRow('Base Charge', perMonth(baseMonthly))]),
    ...(minimum === null
      ? []
      : [
          labelRow(
            `Minimum Usage Fee (less than ${numberText(minimum.belowKwh)} kWh)`,
            perMonth(minimum.amount),
          ),
        ]),
    ...(deliveryCentsPerKwh === null
      ? []
      : [labelRow('TDU Delivery Charge by usage', centsText(deliveryCentsPerKwh))]),
    ...(deliveryMonthly === null ? [] : [labelRow('TDU Delivery Charge', perMonth(deliveryMonthly))]),
    ...credits.map(({ fromKwh, toKwh, amount }) =>
      labelRow(
        `Usage Credit (${numberText(fromKwh)}${toKwh === null ? ' kWh or more' : ` to ${numberText(toKwh)} kWh`})`,
        `-${perMonth(amount)}`,
      ),
    ),
  ];
  const isPassedThrough = deliveryCentsPerKwh !== null || deliveryMonthly !== null;
  return [
    rowsBlock(...rows),
    textBlock(
      isPassedThrough
        ? 'TDU Delivery Charges are passed through without mark-up, and can change.'
        : 'The energy charge includes delivery.',
      { size: 'small' },
    ),
  ];
}

const centsText = (cents: number) => `${numberText(cents)}¢ per kWh`;

function stepText({ fromKwh, toKwh, sharePercent }: EnergyStep, all: readonly EnergyStep[]): string {
  const usage =
    all.every((step) => step.fromKwh === 0) || (fromKwh === 0 && toKwh === null)
      ? []
      : [
          toKwh === null
            ? `above ${numberText(fromKwh)} kWh`
            : `${fromKwh === 0 ? 'up' : `above ${numberText(fromKwh)} and up`} to ${numberText(toKwh)} kWh`,
        ];
  const share = sharePercent === 100 ? [] : [`${numberText(sharePercent)} % of the usage`];
  const conditions = [...usage, ...share];
  return conditions.length === 0 ? '' : ` (${conditions.join(', ')})`;
}

const terms = ({ termsUrl, yourRightsUrl, prepaidUrl }: ElectricityFacts): readonly Inline[] => [
  'See the ',
  termsUrl === null ? 'Terms of Service (link not stated)' : { text: 'Terms of Service', href: termsUrl },
  ' for a full listing of fees, deposit policy, and other terms. ',
  linkOr(yourRightsUrl, 'Your Rights as a Customer', ''),
  ...(prepaidUrl === null ? [] : [' ', { text: 'Prepaid Disclosure Statement', href: prepaidUrl }]),
];

const rateTypeWords: Readonly<Record<string, string>> = {
  fixed: 'Fixed Rate',
  variable: 'Variable Rate',
  indexed: 'Indexed Rate',
};

function disclosureChart(facts: ElectricityFacts): LabelBlock {
  const { rateType, contractMonths, renewablePercent, stateRenewablePercent } = facts;
  const isFixed = rateType === 'fixed';
  const percent = (value: number | null) => (value === null ? notStated : `${numberText(value)} %`);
  return {
    type: 'table',
    caption: 'Disclosure Chart',
    head: [],
    rows: [
      ['Type of Product', rateType === null ? notStated : (rateTypeWords[rateType] ?? rateType)],
      [
        'Contract Term',
        contractMonths === null ? notStated : contractMonths === 0 ? 'None' : monthsText(contractMonths),
      ],
      [
        'Do I have a termination fee or any fees associated with terminating service?',
        terminationAnswer(facts),
      ],
      ['Can my price change during contract period?', rateType === null ? notStated : isFixed ? 'No' : 'Yes'],
      [
        'If my price can change, how will it change, and by how much?',
        facts.priceChanges ??
          (isFixed
            ? 'Only to reflect changes of TDU charges, and of fees, laws and rules outside of the control of the provider.'
            : notStated),
      ],
      ['What other fees may I be charged?', otherFees(facts)],
      ['Is this a pre-pay or pay in advance product?', yesOrNo(facts.prepaid)],
      ['Does the REP purchase excess distributed renewable generation?', yesOrNo(facts.buysExcessGeneration)],
      ['Renewable Content', percent(renewablePercent)],
      ...(stateRenewablePercent === null
        ? []
        : [['The statewide average for renewable content is', percent(stateRenewablePercent)] as const]),
    ],
    firstColumn: 55,
  };
}

const yesOrNo = (value: boolean | null) => (value === null ? notStated : value ? 'Yes' : 'No');

function terminationAnswer({ earlyTermination, currency }: ElectricityFacts): string {
  if (earlyTermination.fee === 0 && earlyTermination.feePerRemainingMonth === null) return 'No';
  const text = earlyTerminationText(earlyTermination, currency);
  return text === notStated ? text : `Yes: ${text}`;
}

function otherFees({ monthlyFees, oneTimeFees, otherFees: stated, currency }: ElectricityFacts): string {
  if (monthlyFees === null && oneTimeFees === null && stated === null) return notStated;
  const texts = [
    ...(monthlyFees ?? []).map(({ name, amount }) => `${name}: ${moneyText(amount, currency)} per month`),
    ...(oneTimeFees ?? []).map(({ name, amount }) => `${name}: ${moneyText(amount, currency)}`),
    ...(stated === null ? [] : [stated]),
  ];
  return texts.length === 0 ? 'None' : texts.join('; ');
}

function contactBlocks(facts: ElectricityFacts): LabelBlock[] {
  const { provider, contact, certificateNumber, termsVersion, version } = facts;
  const { address, email, url, phone, hours } = contact;
  const calls = phone === null ? hours : hours === null ? phone : `${phone} (${hours})`;
  const texts = [address, email, url, calls].flatMap((text): Inline[][] =>
    text === null ? [] : [[', ', text === url ? { text: url, href: url } : text]],
  );
  return [
    textBlock([provider, ...texts.flat()]),
    textBlock(`PUCT Certificate Number: ${certificateNumber ?? notStated.toLowerCase()}`),
    ...(termsVersion === null ? [] : [textBlock(`Terms of Service Version: ${termsVersion}`)]),
    textBlock(`Version Number: ${version ?? notStated.toLowerCase()}`, { size: 'small' }),
  ];
}
