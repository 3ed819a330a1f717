import { notBelow } from '../../validation/field.js';
import { EnumField, NumberField } from '../../validation/fields.js';
import { choiceOf } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import type { BroadbandLabel } from './broadband-label.js';
import type { Category } from './category.js';
import { Compared } from './compared.js';
import { InternetComplianceData } from './compliance/broadband-disclosure.js';
import { gigabytes, megabits, speed } from './internet-units.js';

export const connectionTypes = ['fiber', 'cable', 'dsl', 'satellite', 'fixed_wireless', '5g_home'];

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
  marketedUploadHighMbps: {
    otherNames: ['uploadSpeed', 'maxUploadSpeed', 'upload', 'uploadMbps'],
    convert: megabits,
  },
})
export class InternetServiceData {
  @Compared({ unit: 'Mbps' })
  @NumberField({ description: 'Minimum download speed in Mbps.', ...speed, example: 200 })
  minBandwidth: number;

  @notBelow('minBandwidth')
  @Compared({ unit: 'Mbps' })
  @NumberField({
    description: 'Maximum download speed in Mbps, not less than `minBandwidth`.',
    ...speed,
    example: 500,
  })
  maxBandwidth: number;

  @EnumField(connectionTypes, { description: 'Type of connection.', example: 'fiber' })
  connectionType: string;

  @Compared({ unit: 'GB', ifNull: 'unlimited' })
  @NumberField({
    description:
      'Monthly data cap in GB; null means unlimited. If omitted, `dataCapGb` of the broadband label applies; without either, the cap is unknown.',
    above: 0,
    optional: true,
    nullable: true,
    example: null,
  })
  dataCap?: number | null;

  @NumberField({
    description: 'Lowest advertised upload speed in Mbps.',
    ...speed,
    optional: true,
    example: 200,
  })
  marketedUploadLowMbps?: number;

  @notBelow('marketedUploadLowMbps')
  @NumberField({
    description: 'Highest advertised upload speed in Mbps.',
    ...speed,
    optional: true,
    example: 500,
  })
  marketedUploadHighMbps?: number;
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
  demo: {
    name: 'Fibre 500',
    monthlyPrice: 44.5,
    keyFeatures: ['500 Mbps', 'No data cap'],
    introductory: { monthlyPrice: 29.5, months: 6 },
    monthlyFees: [{ name: 'Router rental', amount: 5, kind: 'equipment' }],
    contract: { months: 12, required: true },
  },
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
