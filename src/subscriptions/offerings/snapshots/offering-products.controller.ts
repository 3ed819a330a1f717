import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagHeaders } from '../../../http/endpoint.js';
import { ApiTags } from '../../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../../paging/answer-budget.js';
import { CurrentTeam, type Caller } from '../../../teams/caller.js';
import { Memory } from '../../../teams/reserve-memory.js';
import {
  DisplayCurrencies,
  currencyHeader,
  IfMatchVersion,
  currencyETag,
  sendWithCurrencyETag,
} from '../../json-api/display-currency.js';
import { BasePath } from '../../json-api/base-path.js';
import { JsonApiEndpoint } from '../../json-api/envelope.js';
import { OffsetQuery } from '../../json-api/offset-page.js';
import { PathIdPipe } from '../../json-api/path-id.pipe.js';
import { productListDocument } from '../offering-documents.js';
import { OfferingReader } from '../offering-reader.service.js';
import {
  AttachProducts,
  OfferingProductDocument,
  OfferingProductList,
  UpdateOfferingProduct,
} from '../offerings.dto.js';
import { OfferingSnapshotsService } from './offering-snapshots.service.js';
import { productKind } from './snapshot-kind.js';
import { OfferingProductView } from './snapshot.view.js';

const listResponse = {
  type: OfferingProductList,
  description: 'The products of the offering, in the order in which they were attached.',
  headers: etagHeaders,
};

@ApiTags('Subscription offerings')
@Controller('subscriptions/offerings/:id/products')
export class OfferingProductsController {
  constructor(
    private readonly reader: OfferingReader,
    private readonly snapshots: OfferingSnapshotsService,
  ) {}

  @Get()
  @JsonApiEndpoint({
    access: 'team',
    summary: 'List the products of a subscription offering',
    description:
      'Returns all products, or one page if `page[limit]` is given. If they exceed 4 MiB, the page ends early: follow `links.next`. The `ETag` is that of the offering.',
    requestHeaders: currencyHeader,
    response: listResponse,
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async listOfferingProducts(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Query() query: OffsetQuery,
    @Memory() reserve: ReserveMemory,
    @DisplayCurrencies() currencies: string[],
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingProductList | undefined> {
    const { offering, page } = await this.reader.products(team, id, query, { reserve });
    const body = productListDocument(page, { currencies, url: request.url });
    return sendWithCurrencyETag(body, currencyETag(offering.version, currencies), request, reply);
  }

  @Post('attach')
  @JsonApiEndpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Attach products to a subscription offering',
    description:
      "Adds snapshots of your team's products and returns all products of the offering. An offering can have at most 100 products. If the offering already has some of the products, `meta.duplicate_ids` of the error lists them. `If-Match` is compared with the `ETag` of the offering.",
    requestHeaders: currencyHeader,
    response: listResponse,
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async attachOfferingProducts(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Body() { data }: AttachProducts,
    @BasePath() basePath: string,
    @DisplayCurrencies() currencies: string[],
    @IfMatchVersion() ifMatch: string | undefined,
    @Memory() reserve: ReserveMemory,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingProductList> {
    await this.snapshots.attach({ teamId: team.id, id, ifMatch }, productKind, data.products);
    return this.sendAll(team, id, { currencies, basePath, reserve, reply });
  }

  @Put('replace')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Replace the products of a subscription offering',
    description:
      'Removes all products of the offering and attaches the given products. A new snapshot is created even for a product that the offering already has. Plans do not change. `If-Match` is compared with the `ETag` of the offering.',
    requestHeaders: currencyHeader,
    response: listResponse,
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async replaceOfferingProducts(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Body() { data }: AttachProducts,
    @BasePath() basePath: string,
    @DisplayCurrencies() currencies: string[],
    @IfMatchVersion() ifMatch: string | undefined,
    @Memory() reserve: ReserveMemory,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingProductList> {
    await this.snapshots.replace({ teamId: team.id, id, ifMatch }, productKind, data.products);
    return this.sendAll(team, id, { currencies, basePath, reserve, reply });
  }

  @Put(':productId')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Update a product of a subscription offering',
    description:
      'Changes only the snapshot, not the original product. Omitted attributes keep their values; null clears an optional attribute. `If-Match` is compared with the `ETag` of the offering.',
    requestHeaders: currencyHeader,
    response: { type: OfferingProductDocument, description: 'The updated product.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async updateOfferingProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Param('productId', PathIdPipe) productId: string,
    @Body() body: UpdateOfferingProduct,
    @DisplayCurrencies() currencies: string[],
    @IfMatchVersion() ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OfferingProductDocument> {
    const { current, snapshot } = await this.snapshots.update(
      { teamId: team.id, id, ifMatch },
      productKind,
      productId,
      body.data,
    );
    void reply.header('etag', currencyETag(current.offering.version, currencies));
    return { data: OfferingProductView.from(snapshot, currencies) };
  }

  @Delete(':productId')
  @JsonApiEndpoint({
    access: 'provider',
    summary: 'Remove a product from a subscription offering',
    description:
      'Fails with 400 if the product is the last one in the offering. `If-Match` is compared with the `ETag` of the offering.',
    response: { status: 204, description: 'The product was removed.' },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED'],
  })
  async removeOfferingProduct(
    @CurrentTeam() team: Caller,
    @Param('id', PathIdPipe) id: string,
    @Param('productId', PathIdPipe) productId: string,
    @IfMatchVersion() ifMatch: string | undefined,
  ): Promise<void> {
    await this.snapshots.remove({ teamId: team.id, id, ifMatch }, productKind, productId);
  }

  /** Sends all products after they have been changed, at any size. */
  private async sendAll(
    team: Caller,
    id: string,
    {
      currencies,
      basePath,
      reserve,
      reply,
    }: { currencies: readonly string[]; basePath: string; reserve: ReserveMemory; reply: FastifyReply },
  ): Promise<OfferingProductList> {
    const { offering, page } = await this.reader.products(team, id, {}, { reserve, unlimited: true });
    void reply.header('etag', currencyETag(offering.version, currencies));
    return productListDocument(page, { currencies, url: `${basePath}/offerings/${id}/products` });
  }
}
