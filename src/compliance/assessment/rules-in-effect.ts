import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { version } from '../../config/version.js';
import type { RuleSet } from '../engine/rule-set.js';
import { loadRuleSets } from '../rule-sets/load-rule-sets.js';

/** The rule sets by which this process assesses offers. */
@Injectable()
export class RulesInEffect {
  /** Whether the processes that were started last use the same ones. */
  areCurrent = true;
  private sets: readonly RuleSet[];
  private digestOfSets: string | undefined;

  /** @throws ConfigError if the operator's file is not valid */
  constructor(@Inject(CONFIG) { complianceRules }: Config) {
    this.sets = loadRuleSets(complianceRules);
  }

  get ruleSets(): readonly RuleSet[] {
    return this.sets;
  }

  set ruleSets(sets: readonly RuleSet[]) {
    this.sets = sets;
    this.digestOfSets = undefined;
  }

  get digest(): string {
    return (this.digestOfSets ??= digestOfRules(this.sets));
  }
}

/**
 * Returns a text that differs if offers can be assessed differently. What functions do can also change with the release,
 * which is why the version is a part of it.
 */
export function digestOfRules(sets: readonly RuleSet[]): string {
  const source = (_: string, value: unknown) =>
    typeof value === 'function' ? (value as () => unknown).toString() : value;
  return createHash('sha256')
    .update(JSON.stringify([version, sets], source))
    .digest('hex');
}
