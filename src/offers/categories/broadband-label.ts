import { applyDecorators } from '@nestjs/common';
import { MoneyField } from '../../money/money-fields.js';
import { notBelow } from '../../validation/field.js';
import { NumberField, TextField, UrlField } from '../../validation/fields.js';
import { dollars, numberIn } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import { Compared } from './compared.js';
import { gigabytes, megabits, speed } from './internet-units.js';

const typical = (description: string, example: number) =>
  applyDecorators(
    Compared({ unit: 'Mbps' }),
    NumberField({ description, ...speed, optional: true, example }),
  );

const latency = (description: string, example: number) =>
  applyDecorators(
    Compared({ unit: 'ms' }),
    NumberField({ description, min: 0, unit: 'ms', optional: true, example }),
  );

@Hints({
  url: { otherNames: ['labelUrl', 'link'] },
  typicalDownload: { otherNames: ['typicalDownloadSpeed', 'downloadSpeed', 'download'], convert: megabits },
  typicalUpload: { otherNames: ['typicalUploadSpeed', 'uploadSpeed', 'upload'], convert: megabits },
  typicalLatency: { otherNames: ['latency', 'latencyMs', 'ping'], convert: numberIn({ ms: 1, s: 1000 }) },
  dataCapGb: { otherNames: ['dataCap', 'dataIncluded', 'dataIncludedGb'], convert: gigabytes },
  uniquePlanId: { otherNames: ['planId', 'uniquePlanIdentifier', 'fccPlanId'] },
  technologyCode: { otherNames: ['networkTechnologyType'] },
  allInMonthlyPrice: { otherNames: ['allInPrice', 'totalMonthlyPrice'], convert: dollars },
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

  @typical('Typical download speed in Mbps.', 480)
  typicalDownload?: number;

  @typical('Lower end of the range of typical download speeds in Mbps.', 67)
  typicalDownloadLow?: number;

  @notBelow('typicalDownloadLow')
  @typical('Upper end of the range of typical download speeds in Mbps.', 622)
  typicalDownloadHigh?: number;

  @typical('Typical upload speed in Mbps.', 470)
  typicalUpload?: number;

  @typical('Lower end of the range of typical upload speeds in Mbps.', 4)
  typicalUploadLow?: number;

  @notBelow('typicalUploadLow')
  @typical('Upper end of the range of typical upload speeds in Mbps.', 69)
  typicalUploadHigh?: number;

  @latency('Typical latency in ms.', 9)
  typicalLatency?: number;

  @latency('Lower end of the range of typical latencies in ms.', 7)
  typicalLatencyLow?: number;

  @notBelow('typicalLatencyLow')
  @latency('Upper end of the range of typical latencies in ms.', 28)
  typicalLatencyHigh?: number;

  @Compared({ ifNull: 'unlimited' })
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

  @MoneyField({
    description:
      "Monthly price that the label states, in the offer's currency. It needs no mention: the label shows `monthlyPrice` of the offer. If it is given, the two are compared.",
    optional: true,
    example: 59.95,
  })
  monthlyPrice?: number;

  @MoneyField({
    description:
      "Total of the monthly price and the mandatory monthly fees that the provider states, in the offer's currency. It is compared with their sum.",
    optional: true,
    example: 73.9,
  })
  allInMonthlyPrice?: number;
}
