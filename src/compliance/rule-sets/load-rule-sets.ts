import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../config/config.js';
import type { RuleSet } from '../engine/rule-set.js';
import { builtInRuleSets } from '../rules/all-rule-sets.js';
import { applyRulesFile } from './apply-rules-file.js';

const maxErrors = 20;

/**
 * Returns the rule sets of the service, changed by the file of the operator.
 * @param file the path of the file; undefined for none
 * @throws ConfigError if the file cannot be read, or is not valid
 */
export function loadRuleSets(file: string | undefined): readonly RuleSet[] {
  if (file === undefined) return builtInRuleSets;
  const { ruleSets, errors } = applyRulesFile(readJson(file), builtInRuleSets);
  if (errors.length > 0)
    throw new ConfigError(
      errors
        .slice(0, maxErrors)
        .map(({ message }) => `COMPLIANCE_RULES: ${file}: ${message.replace(/^The body /, '')}`),
    );
  return ruleSets;
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError([
      `COMPLIANCE_RULES is ${JSON.stringify(file)}, which cannot be read: ${(cause as Error).message}`,
    ]);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new ConfigError([`COMPLIANCE_RULES: ${file}: is not valid JSON: ${(cause as Error).message}`]);
  }
}
