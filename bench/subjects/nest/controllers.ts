import { Body, Controller, Get, Header, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { TeamRequest } from './api-key.guard.js';
import { CatalogService } from './catalog.service.js';
import { CatalogQuery, CreateOfferDto, UpdateOfferDto } from './offers.dto.js';
import { OffersService } from './offers.service.js';
import { catalogView, offerView } from './views.js';

@Controller('reseller/catalog')
export class CatalogController {
  constructor(private readonly catalog: CatalogService) {}

  @Get()
  async list(
    @Req() { team }: TeamRequest,
    @Query() query: CatalogQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { offers, next } = await this.catalog.list(team, query);
    if (next !== undefined) {
      const params = new URLSearchParams({ ...(query as Record<string, string>), cursor: next });
      void reply.header('link', `</reseller/catalog?${params}>; rel="next"`);
    }
    return offers.map(catalogView);
  }

  @Get(':id')
  async get(@Req() { team }: TeamRequest, @Param('id') id: string) {
    return catalogView(await this.catalog.get(team, id));
  }
}

@Controller('provider/offers')
export class OffersController {
  constructor(private readonly offers: OffersService) {}

  @Get(':id')
  async get(@Req() { team }: TeamRequest, @Param('id') id: string) {
    return offerView(await this.offers.get(team.id, id));
  }

  @Post()
  @Header('cache-control', 'no-store')
  async create(@Req() { team }: TeamRequest, @Body() dto: CreateOfferDto) {
    return offerView(await this.offers.create(team, dto));
  }

  @Patch(':id')
  async update(@Req() { team }: TeamRequest, @Param('id') id: string, @Body() dto: UpdateOfferDto) {
    return offerView(await this.offers.update(team, id, dto));
  }
}
