import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, QueryFailedError, Repository, type EntityManager } from 'typeorm';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { CursorCodec } from '../common/cursor.js';
import { Conflict, NotFound } from '../common/errors.js';
import { etagOf, requireMatch } from '../common/etag.js';
import { keysetPage } from '../common/keyset.js';
import type { Page } from '../common/page.js';
import { sameJson } from '../common/same-json.js';
import type { Caller } from '../teams/caller.js';
import { mergeOffer, readOffer, type OfferColumns } from './offer-input.js';
import { allowedStatuses, canMove, editableWhenArchived } from './offer-status.js';
import { Offer } from './offer.entity.js';
import type { ListOffers } from './offers.dto.js';

/** What a provider does with its own offers. Another team's offer is not found. */
@Injectable()
export class OffersService {
  constructor(
    @InjectRepository(Offer) private readonly offers: Repository<Offer>,
    private readonly dataSource: DataSource,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws ValidationFailed, Conflict for a SKU in use */
  async create(team: Caller, body: unknown): Promise<Offer> {
    const columns = readOffer(body, team.currency);
    const now = new Date();
    const owned = { id: uuidv7(), teamId: team.id, currency: team.currency };
    const offer = this.offers.create({ ...columns, ...owned, version: 1, createdAt: now, updatedAt: now });
    await uniqueSku(offer, () => this.offers.insert(offer));
    return offer;
  }

  list(teamId: string, query: ListOffers): Promise<Page<Offer>> {
    const { sku, externalId, status, category } = query;
    const list = this.offers.createQueryBuilder('offer').where({ teamId });
    for (const [column, value] of Object.entries({ sku, externalId, status, category }))
      if (value !== undefined) list.andWhere({ [column]: value });
    return keysetPage(list, query, { name: `offers ${teamId}`, cursors: this.cursors });
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<Offer> {
    const offer = isUuid(id) ? await this.offers.findOneBy({ id, teamId }) : null;
    if (!offer) throw new NotFound('Offer');
    return offer;
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves version and time as they are.
   * @throws NotFound, PreconditionFailed, ValidationFailed, Conflict for an illegal move or a SKU in use
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<Offer> {
    return this.dataSource.transaction(async (tx) => {
      const offer = await lockOwn(tx, teamId, id);
      requireMatch(ifMatch, etagOf(offer.version));
      const columns = mergeOffer(offer, patch);
      const changed = changesOf(offer, columns);
      if (changed.length === 0) return offer;
      requireAllowed(offer, columns, changed);
      Object.assign(offer, columns, { version: offer.version + 1, updatedAt: new Date() });
      await uniqueSku(offer, () => tx.update(Offer, { id }, offer));
      return offer;
    });
  }

  /** Deletes for good. @throws NotFound, PreconditionFailed */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.dataSource.transaction(async (tx) => {
      const offer = await lockOwn(tx, teamId, id);
      requireMatch(ifMatch, etagOf(offer.version));
      await tx.delete(Offer, { id });
    });
  }
}

async function lockOwn(tx: EntityManager, teamId: string, id: string): Promise<Offer> {
  const lock = { mode: 'pessimistic_write' } as const;
  const offer = isUuid(id) ? await tx.findOne(Offer, { where: { id, teamId }, lock }) : null;
  if (!offer) throw new NotFound('Offer');
  return offer;
}

const changesOf = (offer: Offer, columns: OfferColumns) =>
  (Object.keys(columns) as (keyof OfferColumns)[]).filter((name) => !sameJson(offer[name], columns[name]));

function requireAllowed(offer: Offer, columns: OfferColumns, changed: readonly string[]): void {
  if (!canMove(offer.status, columns.status))
    throw new Conflict(`An offer cannot go from ${offer.status} to ${columns.status}`, {
      currentStatus: offer.status,
      allowedStatuses: allowedStatuses(offer.status),
    });
  const refused = changed.filter((name) => !editableWhenArchived.includes(name));
  if (offer.status === 'archived' && refused.length > 0)
    throw new Conflict(`An archived offer is final; only ${editableWhenArchived.join(', ')} can be changed`);
}

const uniqueViolation = '23505';

async function uniqueSku(offer: Offer, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const taken =
      cause instanceof QueryFailedError && (cause.driverError as { code?: string }).code === uniqueViolation;
    throw taken ? new Conflict(`The SKU ${offer.sku} is already used by another offer of your team`) : cause;
  }
}
