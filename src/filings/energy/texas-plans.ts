import { stateOf } from '../../areas/zip-states.js';
import { dataOf, publishedText, type Cells } from '../../offers/files/formats/cells.js';
import type { OfferConditions } from '../../offers/offers.query.js';

const texas = 'TX';

/** Returns the prefixes of the ZIP codes in a state, and its ZIP codes with the prefix of another state. */
function zipCodesIn(state: string): { prefixes: string[]; others: string[] } {
  const prefixes: string[] = [];
  const others: string[] = [];
  for (let number = 0; number < 1000; number += 1) {
    const prefix = String(number).padStart(3, '0');
    const zips = Array.from({ length: 100 }, (_, rest) => prefix + String(rest).padStart(2, '0'));
    const inside = zips.filter((zip) => stateOf(zip) === state);
    if (inside.length > zips.length / 2) prefixes.push(prefix);
    else others.push(...inside);
  }
  return { prefixes, others };
}

let texasZips: ReturnType<typeof zipCodesIn> | undefined;

/**
 * Conditions on offers of electricity for homes in Texas. An offer without a service area is available everywhere, and one
 * with an Electricity Facts Label is about electricity.
 */
export const isTexasElectricity: OfferConditions = (params) => {
  texasZips ??= zipCodesIn(texas);
  const { prefixes, others } = texasZips;
  return [
    `coalesce(o.service_specific_data ->> 'energyType',
      CASE WHEN o.compliance_data ? 'electricityFactsLabel' THEN 'electricity' END) = 'electricity'`,
    `(o.service_specific_data ->> 'customerClass') IS DISTINCT FROM 'small_commercial'`,
    `(o.service_area_id IS NULL OR a.states @> ARRAY['${texas}'] OR EXISTS (SELECT FROM unnest(a.zip_codes) AS z (zip)
      WHERE left(z.zip, 3) = ANY(${params.add(prefixes)}::text[]) OR z.zip = ANY(${params.add(others)}::text[])))`,
  ];
};

/** Names the retailer in a row that does not: by its certified name, or that of the team. */
export function completePlan(
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
