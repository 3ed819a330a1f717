import type { BroadbandFacts, TypicalRange } from '../../values/broadband-facts.js';
import {
  headingBlock,
  labelRow,
  rowsBlock,
  ruleBlock,
  textBlock,
  type Inline,
  type LabelBlock,
  type LabelDocument,
} from '../label-block.js';
import {
  contractSentence,
  earlyTerminationText,
  feeRows,
  introductoryRows,
  linkOr,
  moneyOrNotStated,
  moneyText,
  notStated,
  numberText,
  taxesText,
} from '../label-texts.js';

const connectionWords = { fixed: 'Fixed ', mobile: 'Mobile ' };
const resourceCenter = { text: 'fcc.gov/consumer', href: 'https://www.fcc.gov/consumer' };

/** Lays out the broadband consumer label in the order and with the rules of 47 CFR 8.1(a). */
export function broadbandDocument(facts: BroadbandFacts): LabelDocument {
  const { currency, provider, plan, tier, connection, monthlyPrice, speeds, data } = facts;
  const strong = { strong: true };
  return {
    title: 'Broadband Facts',
    summary: `Broadband consumer label of ${plan} by ${provider}. Monthly price: ${moneyOrNotStated(monthlyPrice, currency)}.`,
    blocks: [
      ruleBlock(1),
      textBlock(provider),
      textBlock(plan, strong),
      ...(tier === null ? [] : [textBlock(tier)]),
      textBlock(`${connection ? connectionWords[connection] : ''}Broadband Consumer Disclosure`, strong),
      ruleBlock(12),
      rowsBlock(
        labelRow('Monthly Price', moneyOrNotStated(monthlyPrice, currency), { strong: true, size: 'large' }),
      ),
      ruleBlock(3),
      ...priceTerms(facts),
      ruleBlock(1),
      headingBlock('Additional Charges & Terms'),
      rowsBlock(
        ...feeRows('Provider Monthly Fees', facts.monthlyFees, currency),
        ...feeRows('One-time Fees at the Time of Purchase', facts.oneTimeFees, currency),
        labelRow('Early Termination Fee', earlyTerminationText(facts.earlyTermination, currency), strong),
        labelRow('Government Taxes', taxesText(facts.taxes, currency), strong),
      ),
      ruleBlock(3),
      headingBlock('Discounts & Bundles'),
      textBlock(discounts(facts.discountsUrl)),
      ruleBlock(3),
      headingBlock('Speeds Provided with Plan'),
      rowsBlock(
        labelRow('Typical Download Speed', rangeText(speeds.download, 'Mbps'), { indented: true }),
        labelRow('Typical Upload Speed', rangeText(speeds.upload, 'Mbps'), { indented: true }),
        labelRow('Typical Latency', rangeText(speeds.latency, 'ms'), { indented: true }),
      ),
      ruleBlock(1),
      rowsBlock(
        labelRow('Data Included with Monthly Price', dataText(data), strong),
        labelRow('Charges for Additional Data Usage', additionalText(facts), { indented: true }),
        ...(data.policyUrl === null
          ? []
          : [labelRow('Data Usage', { text: 'Read our Policy', href: data.policyUrl }, { indented: true })]),
      ),
      ruleBlock(3),
      rowsBlock(
        labelRow('Network Management', linkOr(facts.networkManagementUrl, 'Read our Policy'), strong),
        labelRow('Privacy', linkOr(facts.privacyUrl, 'Read our Policy'), strong),
      ),
      ruleBlock(12),
      headingBlock('Customer Support'),
      textBlock(support(facts)),
      ruleBlock(6),
      textBlock(
        "Learn more about the terms used on this label by visiting the Federal Communications Commission's Consumer Resource Center.",
      ),
      textBlock([resourceCenter], strong),
      textBlock(facts.uniquePlanId ?? 'Unique plan identifier not stated', { size: 'small' }),
    ],
  };
}

function priceTerms({ introductory, contract, currency }: BroadbandFacts): LabelBlock[] {
  if (!introductory)
    return [
      textBlock('This Monthly Price is not an introductory rate.'),
      textBlock(contractSentence(contract)),
    ];
  return [
    textBlock('This Monthly Price is an introductory rate.'),
    rowsBlock(...introductoryRows(introductory, currency)),
    textBlock(contractSentence(contract)),
  ];
}

const offersElsewhere =
  'for available billing discounts and pricing options for broadband service bundled with other services like video, phone, and wireless service, and use of your own equipment like modems and routers.';

const discounts = (url: string | null): readonly Inline[] =>
  url === null
    ? [`Ask the provider ${offersElsewhere}`]
    : [{ text: 'Click Here', href: url }, ` ${offersElsewhere}`];

function rangeText(range: TypicalRange | null, unit: string): string {
  if (!range) return notStated;
  const { low, high } = range;
  return low === high ? `${numberText(low)} ${unit}` : `${numberText(low)} - ${numberText(high)} ${unit}`;
}

const dataText = ({ unlimited, includedGb }: BroadbandFacts['data']) =>
  unlimited ? 'Unlimited' : includedGb === null ? notStated : `${numberText(includedGb)} GB`;

function additionalText({ data: { unlimited, additional }, currency }: BroadbandFacts): string {
  if (!additional) return unlimited ? 'None' : notStated;
  const { price, gigabytes } = additional;
  return `${moneyText(price, currency)}/${numberText(gigabytes)} GB`;
}

function support({ supportUrl, supportPhone }: BroadbandFacts): readonly Inline[] {
  if (supportUrl === null && supportPhone === null) return [`Contact Us: ${notStated.toLowerCase()}`];
  const web: Inline[] = supportUrl === null ? [] : [{ text: shortUrl(supportUrl), href: supportUrl }];
  const separator = supportUrl !== null && supportPhone !== null ? [' / '] : [];
  return ['Contact Us: ', ...web, ...separator, ...(supportPhone === null ? [] : [supportPhone])];
}

/** Returns the URL as it is printed. */
const shortUrl = (url: string) => url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '');
