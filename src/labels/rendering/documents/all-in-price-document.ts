import type { AllInPrice } from '../../values/all-in-price.js';
import {
  headingBlock,
  labelRow,
  rowsBlock,
  ruleBlock,
  textBlock,
  type LabelBlock,
  type LabelDocument,
} from '../label-block.js';
import {
  contractSentence,
  earlyTerminationText,
  feeRows,
  linkOr,
  moneyOrNotStated,
  moneyText,
  monthsText,
  numberText,
  taxesText,
} from '../label-texts.js';

/** Lays out the card with the all-in price of a television offer. */
export function allInPriceDocument(card: AllInPrice): LabelDocument {
  const { provider, plan, currency, channelCount } = card;
  const price = priceText(card);
  const strong = { strong: true };
  return {
    title: 'All-In Price',
    summary: `All-in price of ${plan} by ${provider}: ${price} per month.`,
    blocks: [
      ruleBlock(1),
      textBlock(provider),
      textBlock(plan, strong),
      ...(channelCount === null ? [] : [textBlock(`${numberText(channelCount)} channels`)]),
      ruleBlock(12),
      rowsBlock(labelRow('Monthly Price', price, { strong: true, size: 'large' })),
      textBlock(
        'One price for all video programming, including fees for broadcast retransmission, regional sports and other programming.',
        { size: 'small' },
      ),
      ...partBlocks(card),
      ...introductoryBlocks(card),
      ruleBlock(3),
      headingBlock('Charged in Addition'),
      rowsBlock(
        ...feeRows('Other Monthly Fees', card.otherMonthlyFees, currency),
        ...feeRows('One-time Fees at the Time of Purchase', card.oneTimeFees, currency),
        labelRow('Government Taxes', taxesText(card.taxes, currency), strong),
      ),
      ruleBlock(3),
      headingBlock('Terms'),
      textBlock(contractSentence(card.contract)),
      rowsBlock(
        labelRow('Early Termination Fee', earlyTerminationText(card.earlyTermination, currency), strong),
        labelRow('Privacy', linkOr(card.privacyUrl, 'Read our Policy'), strong),
      ),
    ],
  };
}

/** A price that depends on the franchise area is shown with its lowest and highest value. */
function priceText({ allInPrice, allInPriceRange: range, currency }: AllInPrice): string {
  if (allInPrice !== null || !range) return moneyOrNotStated(allInPrice, currency);
  return `${moneyText(range.low, currency)} - ${moneyText(range.high, currency)}`;
}

function partBlocks({ basePrice, programmingFees, currency }: AllInPrice): LabelBlock[] {
  if (basePrice === null || programmingFees.length === 0) return [];
  return [
    ruleBlock(1),
    headingBlock('Parts of This Price'),
    rowsBlock(
      labelRow('Base price', moneyText(basePrice, currency), { indented: true }),
      ...programmingFees.map(({ name, amount }) =>
        labelRow(name, moneyText(amount, currency), { indented: true }),
      ),
    ),
  ];
}

function introductoryBlocks({
  introductory,
  introductoryPrice,
  promotionEndDate,
  currency,
}: AllInPrice): LabelBlock[] {
  if (!introductory || introductoryPrice === null) return [];
  return [
    ruleBlock(1),
    rowsBlock(
      labelRow(
        `Base price in the first ${monthsText(introductory.months)}`,
        moneyText(introductoryPrice, currency),
      ),
      labelRow('Base price afterwards', moneyOrNotStated(introductory.priceAfter, currency)),
      ...(promotionEndDate === null ? [] : [labelRow('Last day of the promotion', promotionEndDate)]),
    ),
  ];
}
