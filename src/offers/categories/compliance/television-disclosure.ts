import { maxAmount, MoneyField } from '../../../money/money-fields.js';
import { DateField, NumberField, UrlField } from '../../../validation/fields.js';
import { dollars } from '../../../validation/hints/converters.js';
import { Hints } from '../../../validation/hints/hints.js';
import { ObjectField } from '../../../validation/object-fields.js';
import { Compared, offerCurrency } from '../compared.js';
import { TelevisionBundle } from './television-bundle.js';
import { ValidForField, type ValidFor } from './validity.js';

/** FCC all-in cable and satellite pricing, 47 CFR 76.310. Amounts are per month, in the offer's currency. */
@Hints({
  allInMonthlyPrice: { otherNames: ['allInPrice', 'totalMonthlyPrice', 'totalPrice'], convert: dollars },
  franchiseFees: { otherNames: ['franchiseFee'], convert: dollars },
  regulatoryFees: { otherNames: ['regulatoryFee'], convert: dollars },
  equipmentFees: { otherNames: ['equipmentFee'], convert: dollars },
  allInMonthlyPriceLow: { otherNames: ['allInPriceLow', 'allInPriceMin'], convert: dollars },
  allInMonthlyPriceHigh: { otherNames: ['allInPriceHigh', 'allInPriceMax'], convert: dollars },
  programmingBasePrice: { otherNames: ['basePrice', 'packagePrice'], convert: dollars },
  retransmissionFees: {
    otherNames: ['broadcastFee', 'broadcastFees', 'broadcastTvFee', 'retransmissionFee'],
    convert: dollars,
  },
  regionalSportsFees: { otherNames: ['regionalSportsFee', 'sportsFee', 'rsnFee'], convert: dollars },
  otherProgrammingFees: { otherNames: ['programmingFees', 'otherProgrammingFee'], convert: dollars },
  promotionEndDate: { otherNames: ['promoEndDate', 'promotionEnd', 'promotionEndsOn'] },
  privacyPolicyUrl: { otherNames: ['privacyUrl', 'privacyPolicy', 'privacyNoticeUrl'] },
})
export class TelevisionComplianceData {
  @NumberField({
    description:
      "All-in price per month, in the offer's currency (47 CFR 76.310). If it is higher than the monthly price with its mandatory fees, it is `pricing.allInMonthly`.",
    min: 0,
    max: maxAmount,
    optional: true,
    example: 84.5,
  })
  allInMonthlyPrice?: number;

  @Compared({ unit: offerCurrency })
  @NumberField({
    description: "Franchise fees per month, in the offer's currency.",
    min: 0,
    optional: true,
    example: 3.1,
  })
  franchiseFees?: number;

  @Compared({ unit: offerCurrency })
  @NumberField({
    description: "Regulatory fees per month, in the offer's currency.",
    min: 0,
    optional: true,
    example: 0.4,
  })
  regulatoryFees?: number;

  @Compared({ unit: offerCurrency })
  @NumberField({
    description: "Equipment fees per month, in the offer's currency.",
    min: 0,
    optional: true,
    example: 9,
  })
  equipmentFees?: number;

  @UrlField({
    description: 'URL of the subscriber privacy notice.',
    optional: true,
    example: 'https://tv.example/privacy',
  })
  privacyPolicyUrl?: string;

  @NumberField({
    description:
      "Lowest all-in price per month, if it depends on the franchise area, in the offer's currency. Then `allInMonthlyPrice` can be omitted.",
    min: 0,
    max: maxAmount,
    optional: true,
    example: 82.5,
  })
  allInMonthlyPriceLow?: number;

  @NumberField({
    description:
      "Highest all-in price per month, if it depends on the franchise area, in the offer's currency.",
    min: 0,
    max: maxAmount,
    optional: true,
    example: 87.5,
  })
  allInMonthlyPriceHigh?: number;

  @MoneyField({
    description:
      "Base price per month, in the offer's currency. Together with the fees for retransmission, regional sports and other programming, it adds up to the all-in price.",
    optional: true,
    example: 60,
  })
  programmingBasePrice?: number;

  @MoneyField({
    description:
      "Part of the all-in price per month for retransmission of broadcast stations, in the offer's currency.",
    optional: true,
    example: 18,
  })
  retransmissionFees?: number;

  @MoneyField({
    description: "Part of the all-in price per month for regional sports, in the offer's currency.",
    optional: true,
    example: 6.5,
  })
  regionalSportsFees?: number;

  @MoneyField({
    description: "Part of the all-in price per month for other programming, in the offer's currency.",
    optional: true,
    example: 0,
  })
  otherProgrammingFees?: number;

  @DateField({
    description: 'Last day of the promotion, if the offer has an introductory price.',
    optional: true,
    example: '2026-12-31',
  })
  promotionEndDate?: string;

  @ObjectField(() => TelevisionBundle, {
    description: 'The bundle, if television is sold together with other services for one price.',
    optional: true,
  })
  bundle?: TelevisionBundle;

  @ValidForField()
  validFor?: ValidFor;
}
