import { maxAmount } from '../../money/money-fields.js';
import { BooleanField, NumberField, TextField, UrlField } from '../../validation/fields.js';
import { count, dollars, isIncluded } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import type { Category } from './category.js';

/** Names of the public Offergrid guides. */
@Hints({
  channelCount: { otherNames: ['channels', 'numberOfChannels', 'totalChannels'], convert: count },
  includesStreaming: {
    otherNames: ['streamingIncluded', 'streaming', 'streamingApps', 'includesStreamingApps'],
    convert: isIncluded,
  },
  hd: { otherNames: ['hdChannels', 'hdIncluded', 'highDefinition'], convert: isIncluded },
  dvr: { otherNames: ['dvrIncluded', 'recorder', 'cloudDvr'], convert: isIncluded },
})
export class TelevisionServiceData {
  @NumberField({ description: 'Number of channels.', integer: true, min: 0, optional: true, example: 220 })
  channelCount?: number;

  @BooleanField({ description: 'Whether streaming apps are included.', optional: true, example: true })
  includesStreaming?: boolean;

  @BooleanField({ description: 'Whether channels are available in HD.', optional: true, example: true })
  hd?: boolean;

  @BooleanField({ description: 'Whether a recorder is included.', optional: true, example: false })
  dvr?: boolean;

  @TextField({
    description: 'Equipment that is needed, as free text. Its price belongs in `monthlyFees`.',
    max: 2000,
    optional: true,
    example: 'One set-top box',
  })
  equipment?: string;

  @NumberField({
    description: 'Number of devices that can be used at the same time.',
    integer: true,
    min: 1,
    max: 1000,
    optional: true,
    example: 3,
  })
  simultaneousStreams?: number;
}

/** FCC all-in cable and satellite pricing, 47 CFR 76.310. Amounts are per month, in the offer's currency. */
@Hints({
  allInMonthlyPrice: { otherNames: ['allInPrice', 'totalMonthlyPrice', 'totalPrice'], convert: dollars },
  franchiseFees: { otherNames: ['franchiseFee'], convert: dollars },
  regulatoryFees: { otherNames: ['regulatoryFee'], convert: dollars },
  equipmentFees: { otherNames: ['equipmentFee'], convert: dollars },
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

  @NumberField({
    description: "Franchise fees per month, in the offer's currency.",
    min: 0,
    optional: true,
    example: 3.1,
  })
  franchiseFees?: number;

  @NumberField({
    description: "Regulatory fees per month, in the offer's currency.",
    min: 0,
    optional: true,
    example: 0.4,
  })
  regulatoryFees?: number;

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
}

export const television: Category = {
  service: TelevisionServiceData,
  compliance: TelevisionComplianceData,
  example: {
    service: { channelCount: 220, includesStreaming: true, hd: true, dvr: false },
    compliance: { allInMonthlyPrice: 84.5, equipmentFees: 9, privacyPolicyUrl: 'https://tv.example/privacy' },
  },
  demo: { name: 'Family TV', monthlyPrice: 84.5, keyFeatures: ['220 channels', 'HD'] },
  comparable: {
    channelCount: (service) => service.channelCount,
    includesStreaming: (service) => service.includesStreaming,
    hd: (service) => service.hd,
    dvr: (service) => service.dvr,
    equipment: (service) => service.equipment,
    simultaneousStreams: (service) => service.simultaneousStreams,
    labelAllInMonthlyPrice: (_, compliance) => compliance.allInMonthlyPrice,
    franchiseFees: (_, compliance) => compliance.franchiseFees,
    regulatoryFees: (_, compliance) => compliance.regulatoryFees,
    equipmentFees: (_, compliance) => compliance.equipmentFees,
  },
  prices: { allInMonthly: (compliance) => compliance.allInMonthlyPrice },
};
