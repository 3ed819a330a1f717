import {
  Body,
  Controller,
  Get,
  Header,
  Injectable,
  NotFoundException,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { plainToInstance } from 'class-transformer';
import type { FastifyReply } from 'fastify';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { stateOf } from '../src/areas/zip-states.js';
import type { Team } from '../src/teams/team.entity.js';
import { CatalogAnswer, OwnAnswer } from './usual-answers.js';
import { CatalogQuery, CreateBody, UpdateBody } from './usual-bodies.js';
import { UsualOffer } from './usual-entities.js';

interface Asking {
  team: Team;
}

const visible = `offer.status = 'active' AND provider.suspendedAt IS NULL AND (offer.visibility = 'public'
  OR offer.teamId = :reseller
  OR (offer.visibility = 'preferred' AND offer.teamId IN (SELECT provider_team_id FROM preferred_partners
       WHERE reseller_team_id = :reseller AND effective_date <= CURRENT_DATE))
  OR (offer.visibility = 'selected' AND :reseller = ANY(offer.allowedResellers)))`;

@Injectable()
export class UsualOffers {
  constructor(@InjectRepository(UsualOffer) private readonly offers: Repository<UsualOffer>) {}

  private visibleTo(reseller: string): SelectQueryBuilder<UsualOffer> {
    return this.offers
      .createQueryBuilder('offer')
      .leftJoinAndSelect('offer.provider', 'provider')
      .leftJoinAndSelect('offer.serviceArea', 'area')
      .where(visible, { reseller });
  }

  async visibleOffer(reseller: string, id: string): Promise<UsualOffer> {
    const offer = await this.visibleTo(reseller).andWhere('offer.id = :id', { id }).getOne();
    if (!offer) throw new NotFoundException();
    return offer;
  }

  page(reseller: string, query: CatalogQuery): Promise<[UsualOffer[], number]> {
    const { category, minPrice, maxPrice, zipCode, search, sortBy, limit = 50, page = 1 } = query;
    const list = this.visibleTo(reseller);
    if (category) list.andWhere('offer.category = :category', { category });
    if (minPrice !== undefined)
      list.andWhere('offer.monthlyPriceMinor >= :minPrice', { minPrice: minPrice * 100 });
    if (maxPrice !== undefined)
      list.andWhere('offer.monthlyPriceMinor <= :maxPrice', { maxPrice: maxPrice * 100 });
    if (zipCode)
      list.andWhere('(area.id IS NULL OR :zipCode = ANY(area.zipCodes) OR :state = ANY(area.states))', {
        zipCode,
        state: stateOf(zipCode),
      });
    const words = "websearch_to_tsquery('english', :search)";
    if (search) list.andWhere(`offer.search @@ ${words}`, { search });
    if (search && !sortBy)
      list.addSelect(`offer.nameSearch @@ ${words}`, 'in_name').orderBy('in_name', 'DESC');
    if (sortBy === 'price') list.orderBy('offer.monthlyPriceMinor', 'ASC').addOrderBy('offer.id', 'ASC');
    else list.addOrderBy('offer.createdAt', 'DESC').addOrderBy('offer.id', 'DESC');
    return list
      .skip((page - 1) * limit)
      .take(limit)
      .getManyAndCount();
  }

  async own(teamId: string, id: string): Promise<UsualOffer> {
    const offer = await this.offers.findOne({ where: { id, teamId }, relations: { serviceArea: true } });
    if (!offer) throw new NotFoundException();
    return offer;
  }

  create(team: Team, body: CreateBody): Promise<UsualOffer> {
    const now = new Date();
    const offer = this.offers.create({
      ...(body as object),
      ...priceOf(body),
      id: uuidv7(),
      teamId: team.id,
      currency: team.defaultCurrency,
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    return this.offers.save(offer);
  }

  async update(teamId: string, id: string, body: UpdateBody): Promise<UsualOffer> {
    const offer = await this.own(teamId, id);
    Object.assign(offer, body, priceOf(body), { version: offer.version + 1, updatedAt: new Date() });
    return this.offers.save(offer);
  }
}

const priceOf = ({ monthlyPrice }: UpdateBody) =>
  monthlyPrice === undefined
    ? {}
    : { monthlyPriceMinor: monthlyPrice === null ? null : BigInt(Math.round(monthlyPrice * 100)) };

@Controller('reseller/catalog')
export class UsualCatalogController {
  constructor(private readonly offers: UsualOffers) {}

  @Get()
  async list(
    @Req() { team }: Asking,
    @Query() query: CatalogQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const [offers, total] = await this.offers.page(team.id, query);
    void reply.header('x-total-count', total);
    return plainToInstance(CatalogAnswer, offers);
  }

  @Get(':id')
  async read(@Req() { team }: Asking, @Param('id') id: string) {
    return plainToInstance(CatalogAnswer, await this.offers.visibleOffer(team.id, id));
  }
}

@Controller('provider/offers')
export class UsualOffersController {
  constructor(private readonly offers: UsualOffers) {}

  @Get(':id')
  async read(@Req() { team }: Asking, @Param('id') id: string) {
    return plainToInstance(OwnAnswer, await this.offers.own(team.id, id));
  }

  @Post()
  @Header('cache-control', 'no-store')
  async create(@Req() { team }: Asking, @Body() body: CreateBody) {
    return plainToInstance(OwnAnswer, await this.offers.create(team, body));
  }

  @Patch(':id')
  async update(@Req() { team }: Asking, @Param('id') id: string, @Body() body: UpdateBody) {
    return plainToInstance(OwnAnswer, await this.offers.update(team.id, id, body));
  }
}
