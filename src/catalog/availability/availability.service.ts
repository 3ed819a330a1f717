import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { stateOf, zipOf } from '../../areas/zip-states.js';
import type { AskAvailability, AvailabilityView } from './availability.dto.js';
import { JsonRowWriter } from '../../sql/wire/json-row-writer.js';
import { unlicensedStates } from '../license-gate.js';
import { CatalogService } from '../listing/catalog.service.js';
import type { Reseller } from '../visibility.js';

const offerArea = new JsonRowWriter({}, ['o.id', 'o.service_area_id']);

/** Checks all ZIP codes for all offers with two statements, or three if the reseller needs licenses. */
@Injectable()
export class AvailabilityService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly catalog: CatalogService,
  ) {}

  async check(reseller: Reseller, { zipCodes, offerIds }: AskAvailability): Promise<AvailabilityView> {
    const zips = [...new Set(zipCodes.map((zip) => zipOf(zip) ?? zip))];
    const ids = offerIds.map((id) => id.toLowerCase());
    const rows = await this.catalog.visible(reseller, ids, offerArea);
    const areas = new Map(
      rows.map((row) => [row.text(offerArea.at('o.id')), row.text(offerArea.at('o.service_area_id'))]),
    );
    const places = await this.placesOf(
      [...areas.values()].filter((area) => area !== null),
      zips,
    );
    const unlicensed = reseller.needsLicenses
      ? await this.unlicensed(reseller, [...areas.keys()], zips)
      : new Set();
    const visible = ids.filter((id) => areas.has(id));
    const offers = visible.map((offerId) => {
      const area = areas.get(offerId) ?? null;
      const listed = places.get(area ?? '') ?? new Set();
      const isAvailable = (zip: string) => area === null || listed.has(zip) || listed.has(stateOf(zip) ?? '');
      const maySell = (zip: string) => !unlicensed.has(`${offerId} ${stateOf(zip) ?? ''}`);
      return {
        offerId,
        everywhere: area === null,
        zipCodes: zips.filter((zip) => isAvailable(zip) && maySell(zip)),
      };
    });
    return { offers, notFound: ids.filter((id) => !areas.has(id)) };
  }

  /** Returns in which states the reseller must not sell which offers: the ID of the offer, a space and the state. */
  private async unlicensed(
    reseller: Reseller,
    ids: readonly (string | null)[],
    zips: readonly string[],
  ): Promise<Set<string>> {
    const states = [...new Set(zips.map((zip) => stateOf(zip) ?? ''))];
    const { text, values } = unlicensedStates(reseller.id, ids, states);
    const rows: { id: string; state: string }[] = await this.dataSource.query(text, values);
    return new Set(rows.map(({ id, state }) => `${id} ${state}`));
  }

  /** Returns which of the ZIP codes and of their states each area lists. */
  private async placesOf(areas: string[], zips: string[]): Promise<Map<string, Set<string>>> {
    const requested = [...new Set([...zips, ...zips.flatMap((zip) => stateOf(zip) ?? [])])];
    const rows: { area: string; places: string[] }[] = await this.dataSource.query(
      `SELECT service_area_id AS area, array_agg(place) AS places FROM service_area_places
        WHERE service_area_id = ANY($1::uuid[]) AND place = ANY($2::text[]) GROUP BY service_area_id`,
      [areas, requested],
    );
    return new Map(rows.map(({ area, places }) => [area, new Set(places)]));
  }
}
