import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { placesOf } from '../../../src/areas/zip-states.js';
import { isAudience, providerActive } from '../../../src/catalog/visibility.js';
import type { Team } from '../../../src/teams/team.entity.js';
import type { CatalogQuery } from './offers.dto.js';
import { OfferEntity } from './entities.js';

/** The last row of a page: its sort key and its ID. */
type Cursor = [key: string | null, id: string];

export interface CatalogPage {
  offers: OfferEntity[];
  /** The cursor of the next page; undefined on the last one. */
  next?: string;
}

/** The columns that a reseller sees. */
const columns =
  `id teamId name category status sku metadata description marketingHeadline marketingDescription
  keyFeatures imageUrl overview submissionConfig serviceSpecificData pricingType monthlyPriceMinor introductory
  monthlyFees oneTimeFees contract taxes fees currency pricing complianceData complianceStatus assessedStatus visibility version createdAt updatedAt`
    .split(/\s+/)
    .map((name) => `o.${name}`);

const visible = `o.status = 'active' AND ${providerActive} AND ${isAudience('CAST(:reseller AS uuid)')}`;
const inArea = `(o.serviceAreaId IS NULL OR o.serviceAreaId IN
  (SELECT service_area_id FROM service_area_places WHERE place IN (:...places)))`;

@Injectable()
export class CatalogService {
  constructor(@InjectRepository(OfferEntity) private readonly offers: Repository<OfferEntity>) {}

  async get(team: Team, id: string): Promise<OfferEntity> {
    const offer = await this.visibleTo(team).andWhere('o.id = :id', { id }).getOne();
    if (!offer) throw new NotFoundException();
    return offer;
  }

  async list(team: Team, query: CatalogQuery): Promise<CatalogPage> {
    const { limit = 50, cursor } = query;
    const list = filtered(this.visibleTo(team), query, team.defaultCurrency);
    const read = cursor === undefined ? undefined : (JSON.parse(fromBase64(cursor)) as Cursor);
    if (query.sortBy === 'price') sortByPrice(list, read);
    else sortByTime(list, read);
    // An additional row shows whether a next page exists.
    const { entities, raw } = await list.limit(limit + 1).getRawAndEntities<{ price_key?: string | null }>();
    const [last, lastRaw] = [entities[limit - 1], raw[limit - 1]];
    if (entities.length <= limit || !last || !lastRaw) return { offers: entities };
    const key = query.sortBy === 'price' ? (lastRaw.price_key ?? null) : last.createdAt.toISOString();
    const next = JSON.stringify([key, last.id] satisfies Cursor);
    return { offers: entities.slice(0, limit), next: Buffer.from(next).toString('base64url') };
  }

  private visibleTo(team: Team): SelectQueryBuilder<OfferEntity> {
    return this.offers
      .createQueryBuilder('o')
      .select(columns)
      .innerJoin('o.provider', 'provider')
      .addSelect(['provider.id', 'provider.name'])
      .leftJoin('o.serviceArea', 'area')
      .addSelect(['area.id', 'area.zipCount', 'area.states'])
      .where(team.verifiedAt ? visible : 'false', { reseller: team.id });
  }
}

type OfferQuery = SelectQueryBuilder<OfferEntity>;

const fromBase64 = (text: string) => Buffer.from(text, 'base64url').toString();

/** Converts a price to `price_key`, which contains ten-thousandths of the major unit for every currency. */
const priceKey = (price: number) => Math.round(price * 10_000);

function filtered(list: OfferQuery, query: CatalogQuery, currency: string): OfferQuery {
  const { category, minPrice, maxPrice, zipCode } = query;
  if (minPrice !== undefined || maxPrice !== undefined) list.andWhere('o.currency = :currency', { currency });
  if (category !== undefined) list.andWhere('o.category = :category', { category });
  if (minPrice !== undefined) list.andWhere('o.priceKey >= :min', { min: priceKey(minPrice) });
  if (maxPrice !== undefined) list.andWhere('o.priceKey <= :max', { max: priceKey(maxPrice) });
  if (zipCode !== undefined) list.andWhere(inArea, { places: placesOf(zipCode) });
  return list;
}

/** Sorts by price, then by ID. Offers without a price are last. */
function sortByPrice(list: OfferQuery, cursor: Cursor | undefined): void {
  list.addSelect('o.priceKey', 'price_key').orderBy('o.priceKey', 'ASC').addOrderBy('o.id', 'ASC');
  if (!cursor) return;
  const [key, id] = cursor;
  if (key === null) list.andWhere('o.priceKey IS NULL AND o.id > :id', { id });
  else list.andWhere('((o.priceKey, o.id) > (:key, :id) OR o.priceKey IS NULL)', { key, id });
}

/** Sorts by time, newest first. */
function sortByTime(list: OfferQuery, cursor: Cursor | undefined): void {
  list.addOrderBy('o.createdAt', 'DESC').addOrderBy('o.id', 'DESC');
  if (!cursor) return;
  const [time, id] = cursor;
  list.andWhere('(o.createdAt, o.id) < (:time, :id)', { time, id });
}
