import type { License } from '../../licenses/license.js';
import { knownAmount, knownText, knownUrl } from './known.js';
import {
  earlyTerminationOf,
  labelContractOf,
  type EarlyTermination,
  type LabelContract,
} from './label-fees.js';
import type { LabelSource } from './label-source.js';

/** The kind of license that sellers of a category need. */
const licenseKindOf = { security: 'alarm_company', insurance: 'insurance_producer' } as const;

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
    qualifyingAgent: string | null;
    contract: LabelContract | null;
    earlyTermination: EarlyTermination;
  } | null;
  insurance: {
    type: string | null;
    underwriter: string | null;
    naicCode: string | null;
    coverageAmount: number | null;
    deductible: number | null;
    termMonths: number | null;
    disclosureUrl: string | null;
  } | null;
}

export function licenseCardOf(
  offer: LabelSource,
  category: LicensedCategory,
  licenses: readonly License[],
): LicenseCard {
  const { compliance, service } = offer;
  const own = licenses.filter(({ kind }) => kind === licenseKindOf[category]);
  const stated = category === 'security' ? compliance.licensesText : compliance.agentLicensesText;
  return {
    kind: 'licenseCard',
    category,
    provider: knownText(compliance.providerName) ?? offer.providerName,
    plan: offer.name,
    currency: offer.currency,
    monthlyPrice: offer.pricing.firstMonthly,
    licenses: own.map(({ state, number, holder, expiresOn }) => ({ state, number, holder, expiresOn })),
    statedLicenses: knownText(stated),
    security:
      category === 'security'
        ? {
            monitoring: knownText(service.monitoringType),
            monitoringCenter: knownText(compliance.monitoringCenterName),
            qualifyingAgent: knownText(compliance.qualifyingAgentName),
            contract: labelContractOf(offer),
            earlyTermination: earlyTerminationOf(offer),
          }
        : null,
    insurance:
      category === 'insurance'
        ? {
            type: knownText(service.insuranceType),
            underwriter: knownText(compliance.underwriterName),
            naicCode: knownText(compliance.naicCode),
            coverageAmount: knownAmount(service.coverageAmount),
            deductible: knownAmount(service.deductible),
            termMonths: knownAmount(service.premiumTermMonths),
            disclosureUrl: knownUrl(compliance.producerDisclosureUrl),
          }
        : null,
  };
}
