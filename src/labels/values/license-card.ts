import type { License } from '../../licenses/license.js';
import { knownAmount, knownText, knownUrl, looseData, type LooseData } from './known.js';
import {
  earlyTerminationOf,
  labelContractOf,
  type EarlyTermination,
  type LabelContract,
} from './label-fees.js';
import type { LabelSource } from './label-source.js';

/** The kind of license that sellers of a category need. */
export const licenseKindOf = { security: 'alarm_company', insurance: 'insurance_producer' } as const;

export type LicensedCategory = keyof typeof licenseKindOf;

/** The values of the card with the licenses of an alarm company or an insurance producer. */
export interface LicenseCard {
  kind: 'licenseCard';
  category: LicensedCategory;
  provider: string;
  plan: string;
  currency: string;
  monthlyPrice: number | null;
  /** By state and number. */
  licenses: Omit<License, 'kind'>[];
  /** Licenses as the offer states them, as free text. */
  statedLicenses: string | null;
  security: {
    monitoring: string | null;
    monitoringCenter: string | null;
    monitoringCenterLicense: string | null;
    qualifyingAgent: string | null;
    contract: LabelContract | null;
    contractTotalCost: number | null;
    renewalTermMonths: number | null;
    earlyTermination: EarlyTermination;
    permitNote: string | null;
  } | null;
  insurance: {
    type: string | null;
    underwriter: string | null;
    naicCode: string | null;
    producerNpn: string | null;
    policyFormNumber: string | null;
    coverageAmount: number | null;
    deductible: number | null;
    termMonths: number | null;
    termPremium: number | null;
    disclosureUrl: string | null;
    surplusLinesDisclosure: string | null;
  } | null;
  /** The text that some states require in each offer. */
  disclosure: string | null;
}

export function licenseCardOf(
  offer: LabelSource,
  category: LicensedCategory,
  licenses: readonly License[],
): LicenseCard {
  const { compliance, service } = offer;
  const own = licenses.filter(({ kind }) => kind === licenseKindOf[category]);
  const all = [...own.map(withoutKind), ...offerLicenses(compliance)];
  const stated = category === 'security' ? compliance.licensesText : compliance.agentLicensesText;
  return {
    kind: 'licenseCard',
    category,
    provider: knownText(compliance.providerName) ?? offer.providerName,
    plan: offer.name,
    currency: offer.currency,
    monthlyPrice: offer.pricing.firstMonthly,
    licenses: all.filter((each, index) => index === all.findIndex((other) => isSame(each, other))),
    statedLicenses: knownText(stated),
    security:
      category === 'security'
        ? {
            monitoring: knownText(service.monitoringType),
            monitoringCenter: knownText(compliance.monitoringCenterName),
            monitoringCenterLicense: knownText(compliance.monitoringCenterLicense),
            qualifyingAgent: knownText(compliance.qualifyingAgentName),
            contract: labelContractOf(offer),
            contractTotalCost: knownAmount(compliance.contractTotalCost),
            renewalTermMonths: knownAmount(compliance.renewalTermMonths),
            earlyTermination: earlyTerminationOf(offer),
            permitNote: knownText(compliance.permitNote),
          }
        : null,
    insurance:
      category === 'insurance'
        ? {
            type: knownText(service.insuranceType),
            underwriter: knownText(compliance.underwriterName),
            naicCode: knownText(compliance.naicCode),
            producerNpn: knownText(compliance.producerNpn),
            policyFormNumber: knownText(compliance.policyFormNumber),
            coverageAmount: knownAmount(service.coverageAmount),
            deductible: knownAmount(service.deductible),
            termMonths: knownAmount(service.premiumTermMonths),
            termPremium: knownAmount(compliance.termPremium),
            disclosureUrl: knownUrl(compliance.producerDisclosureUrl),
            surplusLinesDisclosure: knownText(compliance.surplusLinesDisclosure),
          }
        : null,
    disclosure: knownText(compliance.disclosureText),
  };
}

type LabelLicense = LicenseCard['licenses'][number];

const withoutKind = ({ state, number, holder, expiresOn }: License): LabelLicense => ({
  state,
  number,
  holder,
  expiresOn,
});

/** Returns the licenses that the offer itself states. */
const offerLicenses = ({ licenses }: LooseData): LabelLicense[] =>
  (Array.isArray(licenses) ? licenses : []).map(looseData).flatMap((license) => {
    const number = knownText(license.number);
    const state = knownText(license.state);
    return number === null ? [] : [{ state, number, holder: null, expiresOn: knownText(license.expiresOn) }];
  });

const isSame = (a: LabelLicense, b: LabelLicense) => a.state === b.state && a.number === b.number;
