import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type SelectQueryBuilder } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec } from '../common/cursor.js';
import { NotFound } from '../common/errors.js';
import { keysetPage } from '../common/keyset.js';
import type { Page } from '../common/page.js';
import { Offer } from '../offers/offer.entity.js';
import { Team } from '../teams/team.entity.js';
import type { CatalogEntry, ListCatalog } from './catalog.dto.js';

/** The reseller's read view over the offers of all providers. */
@Injectable()
export class CatalogService {
  constructor(
    @InjectRepository(Offer) private readonly offers: Repository<Offer>,
    @InjectRepository(Team) private readonly teams: Repository<Team>,
    private readonly cursors: CursorCodec,
  ) {}

  async list(query: ListCatalog): Promise<Page<CatalogEntry>> {
    const list = this.visible();
    if (query.category) list.andWhere('offer.category = :category', { category: query.category });
    const page = await keysetPage(list, query, { name: 'catalog', cursors: this.cursors });
    return { ...page, items: await this.withProviders(page.items) };
  }

  /** @throws NotFound for an offer that is unknown or not to be seen */
  async get(id: string): Promise<CatalogEntry> {
    const offer = isUuid(id) ? await this.visible().andWhere('offer.id = :id', { id }).getOne() : null;
    const [entry] = offer ? await this.withProviders([offer]) : [];
    if (!entry) throw new NotFound('Offer');
    return entry;
  }

  /** Active offers of providers that are not suspended. */
  private visible(): SelectQueryBuilder<Offer> {
    return this.offers
      .createQueryBuilder('offer')
      .innerJoin(Team, 'provider', 'provider.id = offer.teamId AND provider.suspendedAt IS NULL')
      .where("offer.status = 'active'");
  }

  private async withProviders(offers: Offer[]): Promise<CatalogEntry[]> {
    if (offers.length === 0) return [];
    const teams = await this.teams.findBy({ id: In([...new Set(offers.map((offer) => offer.teamId))]) });
    const byId = new Map(teams.map((team) => [team.id, team]));
    return offers.flatMap((offer) => {
      const team = byId.get(offer.teamId);
      return team ? [{ offer, providerName: team.name, providerVersion: team.version }] : [];
    });
  }
}
