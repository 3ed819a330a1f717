import type { RuleSet } from '../engine/rule-set.js';
import { alarmLicenses } from './alarm-licenses.js';
import { fccAllInPrice } from './fcc-all-in-price.js';
import { fccBroadbandRules } from './fcc-broadband-label.js';
import { generalData } from './general-data.js';
import { insuranceProducers } from './insurance-producers.js';
import { mandatoryFees } from './mandatory-fees.js';
import { texasFactsLabel } from './texas-facts-label.js';

/** The rule sets that are part of the service. To add one, create a file in this folder and list it here. */
export const builtInRuleSets: readonly RuleSet[] = [
  fccBroadbandRules,
  fccAllInPrice,
  alarmLicenses,
  texasFactsLabel,
  insuranceProducers,
  mandatoryFees,
  generalData,
];
