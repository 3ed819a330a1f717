import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AreaOutlines } from '../../areas/area-outlines.js';
import type { Area } from '../../areas/area.js';
import { Clock } from '../../common/clock.js';
import type { AssessmentResult } from '../../offers/assessment/assessment-result.js';
import { Assessor, type OfferToAssess } from '../../offers/assessment/assessor.js';
import { readFindingsWith } from '../../offers/assessment/finding-texts.js';
import type { SqlRunner } from '../../sql/transaction.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import { assess, type StoredFinding } from '../engine/assess.js';
import { findingViews } from '../engine/finding-view.js';
import type { AssessedOffer, Subject } from '../engine/rule-set.js';
import { coveredStates, subjectOf } from '../engine/subject.js';
import { selectProviders } from './assessment.query.js';
import { RulesInEffect } from './rules-in-effect.js';

type Provider = Subject['provider'];

/** The team and the area of a stored offer. */
export interface StoredKeys {
  teamId: string;
  areaId: string | null;
}

/** Assesses a stored offer that was read without its area; undefined if its team does not exist any more. */
type StoredAssess = (
  offer: Omit<AssessedOffer, 'area'> & { id: string },
  keys: StoredKeys,
) => AssessmentResult | undefined;

/** Assesses offers by the rules in effect. */
@Injectable()
export class OfferAssessor extends Assessor implements OnApplicationBootstrap {
  private readonly log = new Logger(OfferAssessor.name);
  /** The providers that were read since the last signal, which comes about once a second. */
  private readonly providers = new Map<string, Provider>();
  private readonly areas = new AreaOutlines();
  private hasFailed = false;

  constructor(
    private readonly rules: RulesInEffect,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
  ) {
    super();
    readFindingsWith((findings, applied) =>
      findingViews({ findings: findings as StoredFinding[], ruleSets: applied }, this.rules.ruleSets),
    );
  }

  onApplicationBootstrap(): void {
    this.wakeups.on('licenses', () => this.providers.clear());
  }

  override async assess(
    runner: SqlRunner,
    teamId: string,
    offers: readonly OfferToAssess[],
  ): Promise<(AssessmentResult | undefined)[]> {
    // The processes with the current rules will assess them.
    if (!this.rules.areCurrent) return offers.map(() => undefined);
    const provider = this.providers.get(teamId) ?? (await this.providersOf(runner, [teamId])).get(teamId);
    if (!provider) return offers.map(() => undefined);
    const areas = await this.outlinesOf(
      runner,
      offers.filter(({ areaChanged }) => !areaChanged),
    );
    const on = this.clock.today();
    return offers.map(({ offer, areaId, areaChanged }) =>
      this.tryAssess(offer.id, () =>
        subjectOf(offer, provider, on, areaId && !areaChanged ? areaOf(areas, areaId) : offer.area),
      ),
    );
  }

  /**
   * Reads what is needed to assess stored offers of any teams, in two statements at most.
   * @param fresh a team whose licenses must be read again
   */
  async prepareStored(
    runner: SqlRunner,
    offers: readonly StoredKeys[],
    fresh?: string,
  ): Promise<StoredAssess> {
    if (fresh !== undefined) this.providers.delete(fresh);
    const providers = await this.providersOf(
      runner,
      offers.map(({ teamId }) => teamId),
    );
    const areas = await this.outlinesOf(runner, offers);
    const on = this.clock.today();
    return (offer, { teamId, areaId }) => {
      const provider = providers.get(teamId);
      if (!provider) return undefined;
      return this.tryAssess(offer.id, () => {
        const area = areaId ? areaOf(areas, areaId) : null;
        // Not copied, which would take longer than the checks.
        return { offer: Object.assign(offer, { area }), states: coveredStates(area), provider, on };
      });
    };
  }

  /** A check that fails is a fault of ours, which must not prevent a write. */
  private tryAssess(id: string, subject: () => Subject): AssessmentResult | undefined {
    try {
      return assess(subject(), this.rules.ruleSets);
    } catch (cause) {
      // Once, because it can concern many offers.
      if (!this.hasFailed) this.log.error({ err: cause }, `Could not assess the offer ${id}`);
      this.hasFailed = true;
      return undefined;
    }
  }

  private outlinesOf(
    runner: SqlRunner,
    offers: readonly { areaId?: string | null }[],
  ): Promise<ReadonlyMap<string, Area>> | ReadonlyMap<string, Area> {
    const ids = offers.flatMap(({ areaId }) => areaId ?? []);
    return ids.length === 0 ? noAreas : this.areas.of(runner, ids);
  }

  private async providersOf(
    runner: SqlRunner,
    teamIds: readonly string[],
  ): Promise<ReadonlyMap<string, Provider>> {
    const found = new Map<string, Provider>();
    const unknown = new Set<string>();
    for (const id of teamIds) {
      const provider = this.providers.get(id);
      if (provider) found.set(id, provider);
      else unknown.add(id);
    }
    if (unknown.size === 0) return found;
    for (const [id, name, licenses] of await runner.rows(selectProviders([...unknown]))) {
      const provider = { name: name ?? '', licenses: JSON.parse(licenses ?? '[]') as Provider['licenses'] };
      found.set(id ?? '', provider);
      this.providers.set(id ?? '', provider);
    }
    return found;
  }
}

const noAreas: ReadonlyMap<string, Area> = new Map();
/** An area that was just deleted belonged to an offer that has just changed, so the result will not be used. */
const areaOf = (areas: ReadonlyMap<string, Area>, id: string): Area =>
  areas.get(id) ?? { zipCodes: [], states: [] };
