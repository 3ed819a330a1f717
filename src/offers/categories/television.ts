import { BooleanField, EnumField, NumberField, TextField } from '../../validation/fields.js';
import { choiceOf, count, isIncluded } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import type { Category } from './category.js';
import { TelevisionComplianceData } from './compliance/television-disclosure.js';

const televisionTypes = ['cable', 'satellite', 'streaming'];

/** Names of the public Offergrid guides. */
@Hints({
  channelCount: { otherNames: ['channels', 'numberOfChannels', 'totalChannels'], convert: count },
  includesStreaming: {
    otherNames: ['streamingIncluded', 'streaming', 'streamingApps', 'includesStreamingApps'],
    convert: isIncluded,
  },
  hd: { otherNames: ['hdChannels', 'hdIncluded', 'highDefinition'], convert: isIncluded },
  dvr: { otherNames: ['dvrIncluded', 'recorder', 'cloudDvr'], convert: isIncluded },
  serviceType: {
    otherNames: ['televisionType', 'delivery'],
    convert: choiceOf(televisionTypes, { dbs: 'satellite', iptv: 'streaming', vmvpd: 'streaming' }),
  },
})
export class TelevisionServiceData {
  @EnumField(televisionTypes, {
    description:
      'How television is delivered. The FCC demands an all-in price of cable and satellite services (47 CFR 76.310).',
    optional: true,
    example: 'cable',
  })
  serviceType?: string;

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
