import { isCurrency } from '../../money/currency.js';
import {
  checksOf,
  fail,
  isHttps,
  missing,
  notApplicable,
  pass,
  until,
  type CheckTest,
} from '../engine/checks.js';
import { dayAfter } from '../engine/days.js';
import type { RuleSet, Subject } from '../engine/rule-set.js';
import { complianceOf, listText, objectOf, textOf } from '../engine/values.js';

const hasCurrency: CheckTest = ({ offer: { currency } }) => {
  if (textOf(currency) === undefined) return missing();
  return isCurrency(currency) ? pass : fail(currency);
};

/** Documents that no rule set of a category checks, by where they are. */
const documents: Readonly<Record<string, (subject: Subject) => unknown>> = {
  'contract.termsUrl': ({ offer }) => (offer.category === 'internet' ? undefined : offer.contract?.termsUrl),
  'complianceData.broadbandLabel.url': (subject) => objectOf(complianceOf(subject).broadbandLabel).url,
  'complianceData.insuranceCertUrl': (subject) => complianceOf(subject).insuranceCertUrl,
  'complianceData.producerDisclosureUrl': (subject) => complianceOf(subject).producerDisclosureUrl,
  'complianceData.privacyPolicyUrl': (subject) =>
    subject.offer.category === 'internet' ? undefined : complianceOf(subject).privacyPolicyUrl,
};

const documentsUseHttps: CheckTest = (subject) => {
  let found = false;
  let wrong: string[] | undefined;
  for (const place in documents) {
    const url = documents[place]?.(subject);
    if (url === undefined || url === null) continue;
    found = true;
    if (!isHttps(url)) (wrong ??= []).push(place);
  }
  return wrong ? fail(listText(wrong)) : found ? pass : notApplicable;
};

const validityAscends: CheckTest = (subject) => {
  const { validFor } = complianceOf(subject);
  if (validFor === undefined || validFor === null) return notApplicable;
  const { from, to } = objectOf(validFor);
  const [first, last] = [textOf(from), textOf(to)];
  if (first === undefined && last === undefined) return missing();
  return first !== undefined && last !== undefined && first > last ? fail(first, last) : pass;
};

const isValidNow: CheckTest = (subject) => {
  const { from, to } = objectOf(complianceOf(subject).validFor);
  const [first, last] = [textOf(from), textOf(to)];
  if (last !== undefined && subject.on > last) return fail(first ?? '…', last);
  if (first !== undefined && subject.on < first) return until(fail(first, last ?? '…'), first);
  if (last !== undefined) return until(pass, dayAfter(last));
  return first === undefined ? notApplicable : pass;
};

const coversAPlace: CheckTest = ({ offer: { area }, states }) => {
  if (area === null || (states !== null && states.length > 0)) return pass;
  return (area.zipCodes?.length ?? 0) > 0 ? fail() : missing();
};

/** What every offer with data on compliance must have. */
export const generalData: RuleSet = {
  id: 'offer-data',
  version: '2024-01-01',
  title: 'General data of an offer',
  jurisdiction: 'US',
  category: null,
  effectiveFrom: '2024-01-01',
  effectiveTo: null,
  citation: 'Offerdock',
  source: 'Common to the regulations of all categories.',
  scope: 'All categories but other.',
  general: true,
  applies: () => true,
  checks: checksOf('Offerdock', [
    {
      code: 'C01',
      severity: 'error',
      title: 'Amounts are in a currency of ISO 4217.',
      pointer: '/currency',
      messages: { missing: 'The currency is missing.', fail: 'The currency {0} is not in ISO 4217.' },
      check: hasCurrency,
    },
    {
      code: 'C02',
      severity: 'error',
      title: 'Documents have https addresses.',
      pointer: '/complianceData',
      messages: { fail: 'The address of {0} is not an absolute https URL.' },
      check: documentsUseHttps,
    },
    {
      code: 'C03',
      severity: 'error',
      title: 'The period of validity does not end before it starts.',
      pointer: '/complianceData/validFor',
      messages: {
        missing: 'The period of validity has neither a first nor a last day.',
        fail: 'The period of validity starts on {0} and ends on {1}.',
      },
      check: validityAscends,
    },
    {
      code: 'C03a',
      severity: 'warning',
      title: 'The data on compliance is valid on the day of the assessment.',
      pointer: '/complianceData/validFor',
      messages: { fail: 'The data on compliance is valid from {0} to {1} only.' },
      check: isValidNow,
    },
    {
      code: 'C04',
      severity: 'error',
      title: 'The offer is available somewhere.',
      pointer: '/serviceArea',
      messages: {
        missing: 'The service area is empty, so the offer is not available anywhere.',
        fail: 'None of the ZIP codes of the service area belongs to a state.',
      },
      check: coversAPlace,
    },
  ]),
};
