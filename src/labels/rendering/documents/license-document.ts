import type { LicenseCard } from '../../values/license-card.js';
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
  linkOr,
  moneyOrNotStated,
  moneyText,
  monthsText,
  notStated,
} from '../label-texts.js';

const subjects = { security: 'alarm company', insurance: 'insurance producer' };

/** Lays out the card with the licenses of an alarm company or an insurance producer. */
export function licenseDocument(card: LicenseCard): LabelDocument {
  const { provider, plan, category, currency, monthlyPrice } = card;
  return {
    title: 'License Information',
    summary: `Licenses of the ${subjects[category]} ${provider} for ${plan}.`,
    blocks: [
      ruleBlock(1),
      textBlock(provider),
      textBlock(plan, { strong: true }),
      ruleBlock(12),
      rowsBlock(
        labelRow(
          category === 'insurance' ? 'Monthly Premium' : 'Monthly Price',
          moneyOrNotStated(monthlyPrice, currency),
          { strong: true, size: 'large' },
        ),
      ),
      ruleBlock(3),
      headingBlock('State Licenses'),
      ...licenseBlocks(card),
      ruleBlock(3),
      ...securityBlocks(card),
      ...insuranceBlocks(card),
      ...(card.disclosure === null ? [] : [ruleBlock(1), textBlock(card.disclosure)]),
    ],
  };
}

function licenseBlocks({ licenses, statedLicenses }: LicenseCard): LabelBlock[] {
  const table: LabelBlock = {
    type: 'table',
    caption: 'Licenses by state',
    hidesCaption: true,
    head: ['State', 'License number', 'Holder', 'Valid through'],
    rows: licenses.map(({ state, number, holder, expiresOn }) => [
      state ?? 'Federal',
      number,
      holder ?? '-',
      expiresOn ?? 'No end date',
    ]),
    firstColumn: 14,
  };
  return [
    ...(licenses.length === 0 ? [] : [table]),
    ...(statedLicenses === null ? [] : [textBlock(statedLicenses)]),
    ...(licenses.length === 0 && statedLicenses === null ? [textBlock('No license is stated.')] : []),
  ];
}

const monitoringWords: Readonly<Record<string, string>> = {
  professional_monitoring: 'Professional',
  self_monitoring: 'Self',
  hybrid: 'Professional and self',
};

function securityBlocks({ security, currency }: LicenseCard): LabelBlock[] {
  if (!security) return [];
  const { monitoring, monitoringCenter, monitoringCenterLicense, qualifyingAgent, contract } = security;
  const { contractTotalCost, renewalTermMonths, earlyTermination, permitNote } = security;
  const words = monitoring === null ? notStated : (monitoringWords[monitoring] ?? monitoring);
  return [
    headingBlock('Service and Contract'),
    rowsBlock(
      labelRow('Monitoring', words, { indented: true }),
      ...(monitoringCenter === null
        ? []
        : [labelRow('Monitoring center', monitoringCenter, { indented: true })]),
      ...(monitoringCenterLicense === null
        ? []
        : [labelRow('License of the monitoring center', monitoringCenterLicense, { indented: true })]),
      ...(qualifyingAgent === null
        ? []
        : [labelRow('Qualifying agent', qualifyingAgent, { indented: true })]),
      labelRow('Early termination fee', earlyTerminationText(earlyTermination, currency), { indented: true }),
    ),
    textBlock(contractSentence(contract)),
    rowsBlock(
      ...(contractTotalCost === null
        ? []
        : [
            labelRow('Total cost of the contract', moneyText(contractTotalCost, currency), {
              indented: true,
            }),
          ]),
      ...(renewalTermMonths === null
        ? []
        : [labelRow('Renews automatically for', monthsText(renewalTermMonths), { indented: true })]),
    ),
    ...(permitNote === null ? [] : [textBlock(permitNote)]),
  ];
}

function insuranceBlocks({ insurance, currency }: LicenseCard): LabelBlock[] {
  if (!insurance) return [];
  const { type, underwriter, naicCode, producerNpn, policyFormNumber, coverageAmount } = insurance;
  const { deductible, termMonths, termPremium, disclosureUrl, surplusLinesDisclosure } = insurance;
  const indented = { indented: true };
  return [
    headingBlock('Insurance'),
    rowsBlock(
      labelRow('Type', type ?? notStated, indented),
      labelRow('Underwriter', underwriter ?? notStated, indented),
      labelRow('NAIC company code', naicCode ?? notStated, indented),
      labelRow('Producer number (NPN)', producerNpn ?? notStated, indented),
      ...(policyFormNumber === null ? [] : [labelRow('Policy form', policyFormNumber, indented)]),
      labelRow('Coverage', moneyOrNotStated(coverageAmount, currency), indented),
      labelRow('Deductible', moneyOrNotStated(deductible, currency), indented),
      labelRow('Policy term', termMonths === null ? notStated : monthsText(termMonths), indented),
      ...(termPremium === null
        ? []
        : [labelRow('Premium for the term', moneyText(termPremium, currency), indented)]),
      labelRow('Producer disclosure', linkOr(disclosureUrl, 'Read the disclosure'), indented),
    ),
    ...(surplusLinesDisclosure === null ? [] : [textBlock(surplusLinesDisclosure)]),
  ];
}
