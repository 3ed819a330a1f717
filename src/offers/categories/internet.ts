import { rule } from '../../validation/field.js';
import { MoneyField } from '../../money/money-fields.js';
import { EnumField, NumberField, TextField, UrlField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import { dollars, numberIn, choiceOf } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import type { Category } from './category.js';

export const connectionTypes = ['fiber', 'cable', 'dsl', 'satellite', 'fixed_wireless', '5g_home'];

/** Reads a speed in Mbps. */
const megabits = numberIn(
  {
    kbps: 0.001,
    mbps: 1,
    mb: 1,
    mbit: 1,
    'mb/s': 1,
    'mbit/s': 1,
    gbps: 1000,
    gb: 1000,
    gbit: 1000,
    gig: 1000,
    'gb/s': 1000,
    'gbit/s': 1000,
  },
  { strict: true },
);

/** Reads a data cap in GB. */
const gigabytes = numberIn(
  { mb: 0.001, gb: 1, 'gb/month': 1, 'gb/mo': 1, tb: 1000, 'tb/month': 1000, 'tb/mo': 1000 },
  { words: { unlimited: null, 'no cap': null, 'no data cap': null, none: null }, strict: true },
);

/** The highest speed in Mbps; a higher one is in another unit, such as kbps. */
const maxMbps = 400_000;
const speed = { min: 0, max: maxMbps, unit: 'Mbps' };

/** Requires that the upper end of a range is not less than the lower end. */
const notBelowMinimum = rule(
  { code: 'range' },
  'must not be less than minBandwidth',
  (value, owner) => !(Number(value) < Number((owner as InternetServiceData).minBandwidth)),
);

/** Names and units of the public Offergrid guides and of internet providers. */
@Hints({
  minBandwidth: {
    otherNames: ['minSpeed', 'minDownloadSpeed', 'minimumSpeed', 'guaranteedSpeed', 'minBandwidthMbps'],
    convert: megabits,
    ifMissing: 'use minBandwidth: 0 if no minimum speed is guaranteed',
  },
  maxBandwidth: {
    otherNames: [
      'downloadSpeed',
      'maxDownloadSpeed',
      'download',
      'downloadMbps',
      'speed',
      'maxSpeed',
      'bandwidth',
    ],
    convert: megabits,
  },
  connectionType: {
    otherNames: ['connection', 'technology', 'technologyType', 'accessTechnology'],
    convert: choiceOf(connectionTypes, {
      fibre: 'fiber',
      fttp: 'fiber',
      ftth: 'fiber',
      coax: 'cable',
      docsis: 'cable',
      adsl: 'dsl',
      vdsl: 'dsl',
      wireless: 'fixed_wireless',
      '5g': '5g_home',
    }),
  },
  dataCap: {
    otherNames: ['dataCapacity', 'dataAllowance', 'dataLimit', 'dataCapGb', 'monthlyData'],
    convert: gigabytes,
  },
})
export class InternetServiceData {
  @NumberField({ description: 'Minimum download speed in Mbps.', ...speed, example: 200 })
  minBandwidth: number;

  @notBelowMinimum
  @NumberField({
    description: 'Maximum download speed in Mbps, not less than `minBandwidth`.',
    ...speed,
    example: 500,
  })
  maxBandwidth: number;

  @EnumField(connectionTypes, { description: 'Type of connection.', example: 'fiber' })
  connectionType: string;

  @NumberField({
    description:
      'Monthly data cap in GB; null means unlimited. If omitted, `dataCapGb` of the broadband label applies; without either, the cap is unknown.',
    above: 0,
    optional: true,
    nullable: true,
    example: null,
  })
  dataCap?: number | null;
}

const typical = (description: string, example: number) =>
  NumberField({ description, ...speed, optional: true, example });

/** Requires that the upper end of a range is not less than its lower end. */
const notBelow = (low: keyof BroadbandLabel) =>
  rule(
    { code: 'range' },
    `must not be less than ${low}`,
    (value, owner) => !(Number(value) < Number((owner as BroadbandLabel)[low])),
  );

@Hints({
  url: { otherNames: ['labelUrl', 'link'] },
  typicalDownload: { otherNames: ['typicalDownloadSpeed', 'downloadSpeed', 'download'], convert: megabits },
  typicalUpload: { otherNames: ['typicalUploadSpeed', 'uploadSpeed', 'upload'], convert: megabits },
  typicalLatency: { otherNames: ['latency', 'latencyMs', 'ping'], convert: numberIn({ ms: 1, s: 1000 }) },
  dataCapGb: { otherNames: ['dataCap', 'dataIncluded', 'dataIncludedGb'], convert: gigabytes },
  uniquePlanId: { otherNames: ['planId', 'uniquePlanIdentifier', 'fccPlanId'] },
  technologyCode: { otherNames: ['networkTechnologyType'] },
  overagePrice: { otherNames: ['overUsageDataPrice', 'overageFee'], convert: dollars },
  overageIncrementGb: {
    otherNames: ['additionalDataIncrement', 'additionalDataIncrements', 'overageDataAmount'],
    convert: gigabytes,
  },
})
export class BroadbandLabel {
  @UrlField({
    description: 'URL of the label.',
    optional: true,
    example: 'https://isp.example/label.pdf',
  })
  url?: string;

  @NumberField({ description: 'Typical download speed in Mbps.', ...speed, optional: true, example: 480 })
  typicalDownload?: number;

  @typical('Lower end of the range of typical download speeds in Mbps.', 67)
  typicalDownloadLow?: number;

  @notBelow('typicalDownloadLow')
  @typical('Upper end of the range of typical download speeds in Mbps.', 622)
  typicalDownloadHigh?: number;

  @NumberField({ description: 'Typical upload speed in Mbps.', ...speed, optional: true, example: 470 })
  typicalUpload?: number;

  @typical('Lower end of the range of typical upload speeds in Mbps.', 4)
  typicalUploadLow?: number;

  @notBelow('typicalUploadLow')
  @typical('Upper end of the range of typical upload speeds in Mbps.', 69)
  typicalUploadHigh?: number;

  @NumberField({
    description: 'Typical latency in ms.',
    min: 0,
    unit: 'ms',
    optional: true,
    example: 9,
  })
  typicalLatency?: number;

  @NumberField({
    description: 'Lower end of the range of typical latencies in ms.',
    min: 0,
    unit: 'ms',
    optional: true,
    example: 7,
  })
  typicalLatencyLow?: number;

  @notBelow('typicalLatencyLow')
  @NumberField({
    description: 'Upper end of the range of typical latencies in ms.',
    min: 0,
    unit: 'ms',
    optional: true,
    example: 28,
  })
  typicalLatencyHigh?: number;

  @NumberField({
    description: 'Included data per month in GB; null means unlimited. If omitted, it is unknown.',
    min: 0,
    optional: true,
    nullable: true,
    example: null,
  })
  dataCapGb?: number | null;

  @MoneyField({
    description: "Price of additional data per `overageIncrementGb`, in the offer's currency.",
    optional: true,
    example: 5,
  })
  overagePrice?: number;

  @NumberField({
    description: 'Amount of additional data in GB to which `overagePrice` applies.',
    above: 0,
    unit: 'GB',
    optional: true,
    example: 10,
  })
  overageIncrementGb?: number;

  @TextField({
    description:
      'Unique plan identifier: F (fixed) or M (mobile), the 10-digit FCC registration number, and 1 to 15 capital letters and digits (47 CFR 8.1(a)).',
    max: 26,
    pattern: /^[FM]\d{10}[A-Z0-9]{1,15}$/,
    hint: 'must be F or M, 10 digits, and 1 to 15 capital letters and digits, such as F0005937974123ABC456EMC789',
    optional: true,
    example: 'F0005937974123ABC456EMC789',
  })
  uniquePlanId?: string;

  @NumberField({
    description: 'FCC code of the network technology, such as 40 (cable), 50 (fiber) or 500 (5G).',
    integer: true,
    min: 0,
    max: 999,
    optional: true,
    example: 50,
  })
  technologyCode?: number;
}

/** FCC broadband consumer label, 47 CFR 8.1. */
@Hints({
  broadbandLabel: { otherNames: ['label', 'fccLabel', 'nutritionLabel'] },
  networkManagementUrl: { otherNames: ['networkManagementPolicyUrl', 'networkManagementPolicy'] },
})
export class InternetComplianceData {
  @ObjectField(() => BroadbandLabel, {
    description: 'FCC broadband consumer label (47 CFR 8.1).',
    optional: true,
  })
  broadbandLabel?: BroadbandLabel;

  @UrlField({
    description: 'URL of the network management policy.',
    optional: true,
    example: 'https://isp.example/network',
  })
  networkManagementUrl?: string;
}

/** Returns the cap in GB, null if the data is unlimited, or undefined if the cap is unknown. */
const dataCapOf = (service: Record<string, unknown>, compliance: Record<string, unknown>) =>
  service.dataCap === undefined ? labelOf(compliance)?.dataCapGb : service.dataCap;

const labelOf = (compliance: Record<string, unknown>) =>
  compliance.broadbandLabel as BroadbandLabel | undefined;

export const internet: Category = {
  service: InternetServiceData,
  compliance: InternetComplianceData,
  example: {
    service: { minBandwidth: 200, maxBandwidth: 500, connectionType: 'fiber', dataCap: null },
    compliance: {
      broadbandLabel: {
        url: 'https://isp.example/label.pdf',
        typicalDownload: 480,
        typicalUpload: 470,
        typicalLatency: 9,
        dataCapGb: null,
      },
      networkManagementUrl: 'https://isp.example/network',
    },
  },
  demo: { name: 'Fibre 500', monthlyPrice: 44.5, keyFeatures: ['500 Mbps', 'No data cap'] },
  comparable: {
    connectionType: (service) => service.connectionType,
    minDownloadMbps: (service) => service.minBandwidth,
    maxDownloadMbps: (service) => service.maxBandwidth,
    typicalDownloadMbps: (_, compliance) => labelOf(compliance)?.typicalDownload,
    typicalUploadMbps: (_, compliance) => labelOf(compliance)?.typicalUpload,
    typicalLatencyMs: (_, compliance) => labelOf(compliance)?.typicalLatency,
    typicalDownloadMbpsLow: (_, compliance) => labelOf(compliance)?.typicalDownloadLow,
    typicalDownloadMbpsHigh: (_, compliance) => labelOf(compliance)?.typicalDownloadHigh,
    typicalUploadMbpsLow: (_, compliance) => labelOf(compliance)?.typicalUploadLow,
    typicalUploadMbpsHigh: (_, compliance) => labelOf(compliance)?.typicalUploadHigh,
    typicalLatencyMsLow: (_, compliance) => labelOf(compliance)?.typicalLatencyLow,
    typicalLatencyMsHigh: (_, compliance) => labelOf(compliance)?.typicalLatencyHigh,
    overagePrice: (_, compliance) => labelOf(compliance)?.overagePrice,
    overageIncrementGb: (_, compliance) => labelOf(compliance)?.overageIncrementGb,
    uniquePlanId: (_, compliance) => labelOf(compliance)?.uniquePlanId,
    technologyCode: (_, compliance) => labelOf(compliance)?.technologyCode,
    dataCapGb: (service, compliance) => {
      const dataCap = dataCapOf(service, compliance);
      return dataCap === null ? 'unlimited' : dataCap;
    },
  },
};
