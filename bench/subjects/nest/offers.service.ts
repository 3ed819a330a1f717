import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type QueryDeepPartialEntity } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { omit } from '../../../src/common/omit.js';
import { currencyExponent } from '../../../src/money/currency.js';
import { pricingOf } from '../../../src/offers/pricing/pricing.js';
import type { Team } from '../../../src/teams/team.entity.js';
import { OfferEntity } from './entities.js';
import type { CreateOfferDto, UpdateOfferDto } from './offers.dto.js';

/** Default column values of a new offer. */
const defaults = {
  feed: null,
  internalName: null,
  category: null,
  status: 'draft',
  sku: null,
  externalId: null,
  metadata: {},
  description: null,
  internalDescription: null,
  marketingHeadline: null,
  marketingDescription: null,
  keyFeatures: [],
  imageUrl: null,
  overview: null,
  submissionUrl: null,
  submissionConfig: null,
  serviceSpecificData: null,
  pricingType: null,
  monthlyPriceMinor: null,
  introductory: null,
  monthlyFees: null,
  oneTimeFees: null,
  contract: null,
  taxes: null,
  fees: null,
  complianceData: null,
  complianceStatus: 'unknown',
  complianceNotes: null,
  visibility: 'public',
  allowedResellers: [],
  serviceAreaId: null,
} satisfies Partial<OfferEntity>;

@Injectable()
export class OffersService {
  constructor(@InjectRepository(OfferEntity) private readonly offers: Repository<OfferEntity>) {}

  /** Reads the offer with one query; findOne() with a relation would send two. */
  async get(teamId: string, id: string): Promise<OfferEntity> {
    const offer = await this.offers
      .createQueryBuilder('offer')
      .leftJoinAndSelect('offer.serviceArea', 'area')
      .where('offer.id = :id AND offer.teamId = :teamId', { id, teamId })
      .getOne();
    if (!offer) throw new NotFoundException();
    return offer;
  }

  /** Creates the offer with one INSERT; save() would query the ID first and open a transaction. */
  async create(team: Team, dto: CreateOfferDto): Promise<OfferEntity> {
    const now = new Date();
    const offer = this.offers.create({
      ...defaults,
      ...(columnsOf(dto, team.defaultCurrency) as object),
      id: uuidv7(),
      teamId: team.id,
      currency: team.defaultCurrency,
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    offer.pricing = pricingFor(offer);
    await this.offers.insert(offer as QueryDeepPartialEntity<OfferEntity>);
    return offer;
  }

  /** Reads the offer and writes the given columns. @throws ConflictException if it has changed in the meantime */
  async update(team: Team, id: string, dto: UpdateOfferDto): Promise<OfferEntity> {
    const offer = await this.get(team.id, id);
    const { version } = offer;
    const changed = { ...columnsOf(dto, offer.currency), version: version + 1, updatedAt: new Date() };
    const changes = { ...changed, pricing: pricingFor({ ...offer, ...changed }) };
    const { affected } = await this.offers.update(
      { id, teamId: team.id, version },
      changes as QueryDeepPartialEntity<OfferEntity>,
    );
    if (affected !== 1) throw new ConflictException();
    return Object.assign(offer, changes);
  }
}

const pricingFor = (offer: OfferEntity) =>
  pricingOf({
    ...offer,
    monthlyPrice:
      offer.monthlyPriceMinor === null
        ? null
        : Number(offer.monthlyPriceMinor) / 10 ** currencyExponent(offer.currency),
  });

function columnsOf(dto: UpdateOfferDto, currency: string): object {
  const { monthlyPrice, ...columns } = omit(dto, ['serviceArea']);
  if (monthlyPrice === undefined) return columns;
  const minor =
    monthlyPrice === null ? null : BigInt(Math.round(monthlyPrice * 10 ** currencyExponent(currency)));
  return { ...columns, monthlyPriceMinor: minor };
}
