import { Injectable } from '@nestjs/common';
import { AreaOutlines } from '../../areas/area-outlines.js';
import type { Area } from '../../areas/area.js';
import { stateOf } from '../../areas/zip-states.js';
import { OfferExports } from '../../offers/bulk/offer-exports.service.js';
import { dataOf, publishedText, type Cells } from '../../offers/files/formats/cells.js';
import { powerToChoose } from '../../offers/files/formats/power-to-choose.js';
import type { OfferConditions } from '../../offers/offers.query.js';
import { Sql } from '../../sql/sql.js';
import type { Statement } from '../../sql/statement.js';

const texas = 'TX';
/** An area can have 45,000 ZIP codes. */
const areasAtOnce = 20;

/**
 * Conditions on offers of electricity for homes. An offer with an Electricity Facts Label is about electricity, and one
 * without a service area is available everywhere.
 */
const isPlan =
  (areas: readonly string[]): OfferConditions =>
  (params) => [
    `coalesce(o.service_specific_data ->> 'energyType',
      CASE WHEN o.compliance_data ? 'electricityFactsLabel' THEN 'electricity' END) = 'electricity'`,
    `(o.service_specific_data ->> 'customerClass') IS DISTINCT FROM 'small_commercial'`,
    `(o.service_area_id IS NULL OR o.service_area_id = ANY(${params.add(areas)}::uuid[]))`,
  ];

/** Selects the areas of a provider's offers. */
const areasOf = (teamId: string): Statement => ({
  text: `SELECT DISTINCT service_area_id FROM offers
    WHERE team_id = $1 AND category = 'energy' AND status = 'active' AND service_area_id IS NOT NULL`,
  values: [teamId],
});

const isInTexas = ({ states, zipCodes }: Area) =>
  states?.includes(texas) === true || zipCodes?.some((zip) => stateOf(zip) === texas) === true;

/** Writes the electricity plans that a provider offers in Texas. */
@Injectable()
export class TexasPlans {
  private readonly outlines = new AreaOutlines();

  constructor(
    private readonly sql: Sql,
    private readonly exports: OfferExports,
  ) {}

  /** Yields the file in chunks, in the columns of Power to Choose. */
  async *file(team: { id: string; name: string }): AsyncGenerator<Buffer> {
    yield* this.exports.inFormat(team.id, powerToChoose, {
      conditions: isPlan(await this.areasInTexas(team.id)),
      // Only archives of the file have the base charge.
      without: ['base_charge_monthly'],
      complete: (cells, offer) => completePlan(cells, offer, team.name),
    });
  }

  /** Not by a condition on ZIP codes, which would read 45,000 of them again for each offer. */
  private async areasInTexas(teamId: string): Promise<string[]> {
    const ids = (await this.sql.rows(areasOf(teamId))).map(([id]) => id ?? '');
    const found: string[] = [];
    for (let start = 0; start < ids.length; start += areasAtOnce) {
      const outlines = await this.outlines.of(this.sql, ids.slice(start, start + areasAtOnce));
      for (const [id, area] of outlines) if (isInTexas(area)) found.push(id);
    }
    return found;
  }
}

/** Names the retailer in a row that does not: by its certified name, or that of the team. */
function completePlan(
  cells: Cells,
  { complianceData }: { complianceData: object | null },
  team: string,
): Cells {
  const rep = dataOf(dataOf(complianceData).rep);
  return {
    ...cells,
    rep_name: cells.rep_name ?? publishedText(rep.certifiedName) ?? publishedText(rep.dba) ?? team,
  };
}
