import { fromMinorUnits, toMinorUnits } from '../../money/money.js';
import type { CatalogOfferView } from '../listing/catalog-offer.dto.js';

type Value = string | number | boolean | null;
type Data = Record<string, unknown>;

/** Where the comparable attributes of the categories come from, by their normalised names. */
const sources: Record<string, (service: Data, label: Data) => unknown> = {
  connectionType: (service) => service.connectionType,
  minDownloadMbps: (service) => service.minBandwidth,
  maxDownloadMbps: (service) => service.maxBandwidth,
  typicalDownloadMbps: (_, label) => label.typicalDownload,
  typicalUploadMbps: (_, label) => label.typicalUpload,
  typicalLatencyMs: (_, label) => label.typicalLatency,
  dataCapGb: (service) => service.dataCap ?? ('maxBandwidth' in service ? 'unlimited' : undefined),
  channelCount: (service) => service.channelCount,
  includesStreaming: (service) => service.includesStreaming,
  hd: (service) => service.hd,
  dvr: (service) => service.dvr,
  monitoringType: (service) => service.monitoringType,
  installationType: (service) => service.installationType,
  equipmentIncluded: (service) => service.equipmentIncluded,
  energyType: (service) => service.energyType,
  contractLengthMonths: (service) => service.contractLengthMonths,
  renewablePercentage: (service) => service.renewablePercentage,
  insuranceType: (service) => service.insuranceType,
  coverageAmount: (service) => service.coverageAmount,
  deductible: (service) => service.deductible,
};

export interface Comparison {
  offers: ComparedOffer[];
  differing: string[];
}

export interface ComparedOffer {
  id: string;
  name: string;
  providerName: string;
  category: string | null;
  currency: string;
  monthlyPrice: number | null;
  setupFee: number | null;
  depositRequired: number | null;
  earlyTerminationFee: number | null;
  costOver12Months: number | null;
  costOver24Months: number | null;
  attributes: Record<string, Value>;
}

/** Puts offers side by side in the same units and names what differs between them. */
export function compare(rows: readonly CatalogOfferView[]): Comparison {
  const attributes = rows.map(attributesOf);
  // An attribute that none of the offers has says nothing.
  const names = Object.keys(sources).filter((name) => attributes.some((each) => each[name] !== null));
  const offers = rows.map((row, index) => ({
    ...pricesOf(row),
    attributes: Object.fromEntries(names.map((name) => [name, attributes[index]?.[name] ?? null])),
  }));
  return { offers, differing: differing(offers, names) };
}

function pricesOf(row: CatalogOfferView): Omit<ComparedOffer, 'attributes'> {
  const { id, name, providerName, category, currency, monthlyPrice, setupFee, fees } = row;
  const cost = (months: bigint) =>
    monthlyPrice === null
      ? null
      : fromMinorUnits(
          toMinorUnits(monthlyPrice, currency) * months + toMinorUnits(setupFee ?? 0, currency),
          currency,
        );
  return {
    id,
    name,
    providerName,
    category,
    currency,
    monthlyPrice,
    setupFee,
    depositRequired: fees?.depositRequired ?? null,
    earlyTerminationFee: fees?.earlyTerminationFee ?? null,
    costOver12Months: cost(12n),
    costOver24Months: cost(24n),
  };
}

function attributesOf({ serviceSpecificData, complianceData }: CatalogOfferView): Record<string, Value> {
  const service = (serviceSpecificData ?? {}) as Data;
  const label = ((complianceData as Data | null)?.broadbandLabel ?? {}) as Data;
  return Object.fromEntries(
    Object.entries(sources).map(([name, read]) => [name, plain(read(service, label))]),
  );
}

/** Keys that a category does not know hold whatever the provider likes; only plain values can be compared. */
const plain = (value: unknown): Value =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;

function differing(offers: readonly ComparedOffer[], names: readonly string[]): string[] {
  const differs = (read: (offer: ComparedOffer) => unknown) => new Set(offers.map(read)).size > 1;
  const fields = Object.keys(offers[0] ?? {}).filter((name) => name !== 'attributes' && name !== 'id');
  return [
    ...fields.filter((name) => differs((offer) => offer[name as keyof ComparedOffer])),
    ...names.filter((name) => differs((offer) => offer.attributes[name])).map((name) => `attributes.${name}`),
  ];
}
