import type { RuleSet } from '../engine/rule-set.js';

/** The rule sets that are part of the service. */
export const builtInRuleSets: readonly RuleSet[] = [];
