import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, In, QueryFailedError, Repository, type EntityManager } from 'typeorm';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { areaHash, type Area } from '../areas/area.js';
import { AreasService } from '../areas/areas.service.js';
import { CursorCodec } from '../common/cursor.js';
import { Conflict, NotFound, ValidationFailed } from '../common/errors.js';
import { etagOf, requireMatch } from '../common/etag.js';
import { keysetPage } from '../common/keyset.js';
import type { Page } from '../common/page.js';
import { omit } from '../common/omit.js';
import { fieldError } from '../common/path.js';
import { sameJson } from '../common/same-json.js';
import type { Caller } from '../teams/caller.js';
import { Team } from '../teams/team.entity.js';
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
    private readonly areas: AreasService,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws ValidationFailed, Conflict for a SKU in use */
  async create(team: Caller, body: unknown): Promise<Offer> {
    const { columns, area } = readOffer(body, team.currency);
    const now = new Date();
    const owned = { id: uuidv7(), teamId: team.id, currency: team.currency, serviceAreaId: null };
    const offer = this.offers.create({ ...columns, ...owned, version: 1, createdAt: now, updatedAt: now });
    await this.inTransactionIf(area !== null || columns.allowedResellers.length > 0, async (tx) => {
      await requireResellers(tx, columns.allowedResellers);
      await this.place(tx, offer, area);
      await uniqueSku(offer, () => tx.insert(Offer, offer));
    });
    return offer;
  }

  list(teamId: string, query: ListOffers): Promise<Page<Offer>> {
    const { sku, externalId, status, category } = query;
    const list = this.offers.createQueryBuilder('offer').leftJoinAndSelect('offer.serviceArea', 'area');
    list.where({ teamId });
    for (const [column, value] of Object.entries({ sku, externalId, status, category }))
      if (value !== undefined) list.andWhere({ [column]: value });
    return keysetPage(list, query, { name: `offers ${teamId}`, cursors: this.cursors });
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<Offer> {
    const where = { id, teamId };
    const offer = isUuid(id) ? await this.offers.findOne({ where, relations: { serviceArea: true } }) : null;
    if (!offer) throw new NotFound('Offer');
    return offer;
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves version and time as they are.
   * @throws NotFound, PreconditionFailed, ValidationFailed, Conflict for an illegal move or a SKU in use
   */
  async update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<Offer> {
    let left: string | null = null;
    const changed = await this.dataSource.transaction(async (tx) => {
      const offer = await lockOwn(tx, teamId, id);
      requireMatch(ifMatch, etagOf(offer.version));
      const { columns, area } = mergeOffer(offer, patch);
      const moved = !sameJson(area, areaOf(offer));
      const changes = changesOf(offer, columns);
      if (changes.length === 0 && !moved) return offer;
      requireAllowed(offer, columns, moved ? [...changes, 'serviceArea'] : changes);
      if (changes.includes('allowedResellers')) await requireResellers(tx, columns.allowedResellers);
      if (moved) left = offer.serviceAreaId;
      if (moved) await this.place(tx, offer, area);
      Object.assign(offer, columns, { version: offer.version + 1, updatedAt: new Date() });
      await uniqueSku(offer, () => tx.update(Offer, { id }, omit(offer, ['serviceArea'])));
      return offer;
    });
    await this.areas.release(left);
    return changed;
  }

  /** Deletes for good. @throws NotFound, PreconditionFailed */
  async delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    const left = await this.dataSource.transaction(async (tx) => {
      const offer = await lockOwn(tx, teamId, id);
      requireMatch(ifMatch, etagOf(offer.version));
      await tx.delete(Offer, { id });
      return offer.serviceAreaId;
    });
    await this.areas.release(left);
  }

  private async place(tx: EntityManager, offer: Offer, area: Area | null): Promise<void> {
    offer.serviceAreaId = area && (await this.areas.claim(tx, offer.teamId, area));
    const { serviceAreaId: areaId, teamId } = offer;
    const zipCount = area?.zipCodes?.length ?? 0;
    offer.serviceArea =
      area && areaId ? { ...area, id: areaId, teamId, hash: areaHash(area), zipCount } : null;
  }

  /** A single statement needs no transaction around it: it would cost two more round trips. */
  private inTransactionIf(several: boolean, work: (tx: EntityManager) => Promise<void>): Promise<void> {
    return several ? this.dataSource.transaction(work) : work(this.dataSource.manager);
  }
}

async function lockOwn(tx: EntityManager, teamId: string, id: string): Promise<Offer> {
  const lock = { mode: 'pessimistic_write' as const, tables: ['offers'] };
  const options = { where: { id, teamId }, relations: { serviceArea: true }, lock };
  const offer = isUuid(id) ? await tx.findOne(Offer, options) : null;
  if (!offer) throw new NotFound('Offer');
  return offer;
}

const areaOf = ({ serviceArea }: Offer): Area | null =>
  serviceArea ? { zipCodes: serviceArea.zipCodes, states: serviceArea.states } : null;

/** @throws ValidationFailed naming every id that is no reseller's or hybrid's */
async function requireResellers(tx: EntityManager, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const teams = await tx.find(Team, {
    select: { id: true },
    where: { id: In(ids), role: In(['reseller', 'hybrid']) },
  });
  const known = new Set(teams.map((team) => team.id));
  const errors = ids.flatMap((id, index) =>
    known.has(id) ? [] : [fieldError(['allowedResellers', index], 'unknown', 'is not the id of a reseller')],
  );
  if (errors.length > 0) throw new ValidationFailed(errors);
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
