import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CatalogService } from '../../catalog/listing/catalog.service.js';
import { catalogOfferJson } from '../../catalog/listing/catalog-json.js';
import { NotFound } from '../../common/errors.js';
import { Endpoint, etagHeaders, type EndpointOptions } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { ownOfferJson } from '../../offers/offer-json.js';
import { identityOfOwnOffer, offerKind } from '../../offers/lookup/own-offer.js';
import { OffersService } from '../../offers/offers.service.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { AddressParam } from '../../validation/resource-address.js';
import { labelSourceOf } from '../values/label-source.js';
import { LabelSales, type SoldLabel } from '../versions/label-sales.service.js';
import { LabelVersions } from '../versions/label-versions.service.js';
import { LabelQuery, LabelView, ProviderLabelQuery, ResellerLabelQuery } from './labels.dto.js';
import { sendLabel } from './send-label.js';

const formats =
  'The format follows from the header `Accept` or from `format`: JSON with the values, a page in HTML without scripts that can be printed, or an image in SVG.';

const labelResponse: EndpointOptions['response'] = {
  type: LabelView,
  description: 'The label.',
  headers: {
    ...etagHeaders,
    Link: {
      description: 'Path of this version of the label (`rel="canonical"`), which never changes.',
      example: '</labels/0190c3de-0000-7000-8000-000000000104/1>; rel="canonical"',
    },
  },
  alternatives: {
    'text/html': '<!doctype html><html lang="en">…</html>',
    'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg">…</svg>',
  },
};
const requestHeaders = {
  Accept: { description: '`text/html` returns a page, `image/svg+xml` an image.', example: 'text/html' },
};

@ApiTags('Labels')
@Controller()
export class LabelsController {
  constructor(
    private readonly offers: OffersService,
    private readonly catalog: CatalogService,
    private readonly versions: LabelVersions,
    private readonly sales: LabelSales,
  ) {}

  @Get('provider/offers/:id/label')
  @AddressParam('id', offerKind)
  @Endpoint({
    access: 'provider',
    summary: 'Get the label of your offer',
    description: `Returns the label of an offer of your team: the broadband label for internet, the Electricity Facts Label for electricity, the all-in price for television, and your licenses for security and insurance. Offers of other kinds have no label. ${formats}`,
    requestHeaders,
    response: labelResponse,
    conditional: true,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async getOfferLabel(
    @CurrentTeam() team: Caller,
    @Param('id') path: string,
    @Query() { format: asked, orderItemId }: ProviderLabelQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const row = await this.offers.get(team.id, path);
    const { id } = identityOfOwnOffer(row);
    const isActive = row.text(ownOfferJson.at('o.status')) === 'active';
    const label = orderItemId
      ? required(await this.sales.ofItem(team.id, orderItemId, id))
      : await this.versions.current(labelSourceOf(ownOfferJson.toText(row), team.name), {
          teamId: team.id,
          isActive,
        });
    return sendLabel(label, { asked, isImmutable: false }, request, reply);
  }

  @Get('reseller/catalog/:offerId/label')
  @Endpoint({
    access: 'reseller',
    summary: 'Get the label of a catalog offer',
    description: `Returns the label of an offer that your team sees in the catalog, or has ordered, as \`GET /provider/offers/{id}/label\` does for its provider. Show it to customers before they order; \`POST /reseller/catalog/{offerId}/label-views\` records that. ${formats}`,
    requestHeaders,
    response: labelResponse,
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getCatalogOfferLabel(
    @CurrentTeam() team: Caller,
    @Param('offerId') offerId: string,
    @Query() { format: asked, orderId }: ResellerLabelQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const label = orderId
      ? required(await this.sales.ofOrder(team.id, orderId, offerId))
      : await this.currentInCatalog(team, offerId);
    return sendLabel(label, { asked, isImmutable: false }, request, reply);
  }

  @Get('labels/:offerId/:version')
  @Endpoint({
    access: 'team',
    summary: 'Get a version of a label',
    description: `Returns a version of a label, which never changes, and is kept for two years after the last order with it and after the last record that it was shown. Its provider can read it, and so can resellers that see the offer, have ordered it since the label was issued, or have recorded that they have shown the label. ${formats}`,
    requestHeaders,
    response: labelResponse,
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getLabelVersion(
    @CurrentTeam() team: Caller,
    @Param('offerId') offerId: string,
    @Param('version') version: string,
    @Query() { format: asked }: LabelQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const reader = { ...team, isReseller: team.role !== 'provider' };
    const label = await this.versions.get(reader, offerId, version);
    return sendLabel(label, { asked, isImmutable: true }, request, reply);
  }

  private async currentInCatalog(team: Caller, offerId: string) {
    const row = await this.catalog.get(team, offerId);
    const source = labelSourceOf(catalogOfferJson.toText(row));
    const teamId = row.text(catalogOfferJson.at('o.team_id')) ?? '';
    return this.versions.current(source, { teamId, isActive: true });
  }
}

/** @throws NotFound */
function required({ label }: SoldLabel) {
  if (!label) throw new NotFound('Label');
  return label;
}
