import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AreaOutlines } from '../../areas/area-outlines.js';
import { Clock } from '../../common/clock.js';
import type { CategoryName } from '../../offers/categories/all-categories.js';
import type { StatusOfAssessment } from '../../offers/assessment/assessment-result.js';
import { ownOfferJsonWithoutArea as json, parseCurrentOffer } from '../../offers/offer-json.js';
import { Sql } from '../../sql/sql.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { readProvider } from '../assessment/read-provider.js';
import { RulesInEffect } from '../assessment/rules-in-effect.js';
import { ruleSetKey, type StoredFinding } from '../engine/assess.js';
import { addDays } from '../engine/days.js';
import { findingView } from '../engine/finding-view.js';
import { coveredStates } from '../engine/subject.js';
import { comingFindings, type KnownSubject } from './forecast.js';
import {
  daysAhead,
  maxForecast,
  maxIds,
  maxReported,
  type ComingRuleSet,
  type ExpiringLicense,
  type ReportChange,
  type ReportFinding,
  type ReportForecast,
  type ReportTotal,
  type ReportView,
} from './report.dto.js';
import { countFindings, licensesExpiring, offersDueBy, type Reported } from './report.query.js';

/** The offers whose future is computed are read up to this number of bytes. */
const maxForecastBytes = 8 * 1024 * 1024;
/** How many offers are assessed before other requests get their turn. */
const offersPerTurn = 20;

interface Days {
  today: string;
  horizon: string;
}

/** Reports what the offers of a provider violate or lack, and what they will. */
@Injectable()
export class ReportService {
  private readonly areas = new AreaOutlines();

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly rules: RulesInEffect,
  ) {}

  /** Reads the offers of the team once, and some of them again to compute their future. */
  async report(reported: Reported): Promise<ReportView> {
    const today = this.clock.today();
    const days = { today, horizon: addDays(today, daysAhead) };
    const rows = await this.sql.rows(countFindings(reported, days.horizon));
    const totals: ReportTotal[] = [];
    const findings: ReportFinding[] = [];
    let due = 0;
    for (const [category, status, offers, dueOffers, ruleSets, ids, finding] of rows) {
      const count = Number(offers);
      if (finding === null || finding === undefined) {
        totals.push({
          category: category as CategoryName | null,
          status: status as StatusOfAssessment,
          offers: count,
        });
        due += Number(dueOffers);
        continue;
      }
      const stored = JSON.parse(finding) as StoredFinding;
      const applied = JSON.parse(ruleSets ?? '[]') as string[];
      const view = findingView(stored, this.rules.ruleSets, applied);
      const offerIds = JSON.parse(ids ?? '[]') as string[];
      if (view)
        addTo(findings, { ...view, category: category as CategoryName | null, offers: count, offerIds });
    }
    const offers = totals.reduce((sum, total) => sum + total.offers, 0);
    return {
      on: today,
      offers: Math.min(offers, maxReported),
      isComplete: offers <= maxReported,
      totals: totals.toSorted(compareTotals),
      findings: findings.toSorted(compareFindings),
      upcoming: await this.forecast(reported, days, due),
    };
  }

  private async forecast(reported: Reported, days: Days, due: number): Promise<ReportForecast> {
    const { today, horizon } = days;
    const expiring = await this.sql.rows(licensesExpiring(reported.teamId, today, horizon));
    const { rows } =
      due === 0
        ? { rows: [] }
        : await this.sql.wirePage(offersDueBy(reported, horizon), {
            maxRows: maxForecast,
            maxBytes: maxForecastBytes,
          });
    return {
      until: horizon,
      offers: due,
      computed: rows.length,
      findings: await this.changes(reported.teamId, rows, days),
      licenses: expiring.map(([license]) => JSON.parse(license ?? '{}') as ExpiringLicense),
      ruleSets: this.comingRuleSets(days),
    };
  }

  private async changes(teamId: string, rows: readonly WireRow[], days: Days): Promise<ReportChange[]> {
    if (rows.length === 0) return [];
    const provider = await readProvider(this.sql, teamId);
    const areaIds = [...new Set(rows.flatMap((row) => row.text(json.at('o.service_area_id')) ?? []))];
    const areas = areaIds.length > 0 ? await this.areas.of(this.sql, areaIds) : new Map();
    const changes: ReportChange[] = [];
    for (const [index, row] of rows.entries()) {
      if (index % offersPerTurn === 0) await nextTurn();
      const offer = parseCurrentOffer(row, json);
      const { findings, assessedUntil } = offer.readAssessment();
      const areaId = row.text(json.at('o.service_area_id'));
      const area = areaId === null ? null : (areas.get(areaId) ?? { zipCodes: [], states: [] });
      const known: KnownSubject = {
        subject: { offer: { ...offer, area }, states: coveredStates(area), provider },
        findings: findings as StoredFinding[],
        until: assessedUntil ?? days.today,
      };
      for (const { on, finding, ruleSets } of comingFindings(known, this.rules.ruleSets, days)) {
        const view = findingView(finding, this.rules.ruleSets, ruleSets);
        const category = offer.category as CategoryName | null;
        if (view) addTo(changes, { ...view, on, category, offers: 1, offerIds: [offer.id] });
      }
    }
    return changes.toSorted((a, b) => compare(a.on, b.on) || compareFindings(a, b));
  }

  private comingRuleSets({ today, horizon }: Days): ComingRuleSet[] {
    return this.rules.ruleSets
      .filter(
        ({ effectiveFrom, effectiveTo }) =>
          (effectiveFrom > today && effectiveFrom <= horizon) ||
          (effectiveTo !== null && effectiveTo >= today && effectiveTo <= horizon),
      )
      .map((ruleSet) => ({
        ruleSet: ruleSetKey(ruleSet),
        title: ruleSet.title,
        effectiveFrom: ruleSet.effectiveFrom,
        effectiveTo: ruleSet.effectiveTo,
      }));
  }
}

type Group = ReportFinding & { on?: string };

/** Adds offers to the group with the same finding, or a new group. */
function addTo<T extends Group>(groups: T[], added: T): void {
  const same = groups.find(
    (group) =>
      group.code === added.code &&
      group.result === added.result &&
      group.ruleSet === added.ruleSet &&
      group.category === added.category &&
      group.on === added.on,
  );
  if (!same) groups.push(added);
  else {
    same.offers += added.offers;
    same.offerIds = [...same.offerIds, ...added.offerIds].slice(0, maxIds);
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const results = ['fail', 'missing', 'needsReview'];

const compareTotals = (a: ReportTotal, b: ReportTotal) =>
  compare(a.category ?? '', b.category ?? '') || compare(a.status, b.status);

/** Orders errors before warnings, failures before missing data, and then by number of offers. */
const compareFindings = (a: Group, b: Group) =>
  compare(a.severity, b.severity) ||
  results.indexOf(a.result) - results.indexOf(b.result) ||
  b.offers - a.offers ||
  compare(a.code, b.code) ||
  compare(a.category ?? '', b.category ?? '');
