import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BulkQuery, BulkResult } from '../bulk/bulk-result.js';
import { BulkUploads } from '../bulk/bulk-uploads.js';
import { sendWithETag } from '../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders, jsonLines, putHeaders } from '../http/endpoint.js';
import { ApiTags } from '../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { toItemsPage } from '../paging/items-page.js';
import { CurrentTeam, type Caller } from '../teams/caller.js';
import { Memory } from '../teams/reserve-memory.js';
import { contentETag } from '../http/etag.js';
import { AddressParam, putDescription } from '../validation/resource-address.js';
import { newProductOfferings } from './product-offering-examples.js';
import { productOfferingETag } from './product-offering-details.js';
import { productOfferingKind, ProductOfferingReader } from './product-offering-reader.service.js';
import { ProductOfferingListView, ProductOfferingView } from './product-offering-view.dto.js';
import {
  CreateProductOffering,
  DeletedProductOffering,
  GetProductOffering,
  ListProductOfferings,
  UpdateProductOffering,
} from './product-offerings.dto.js';
import { ProductOfferingsService } from './product-offerings.service.js';

const invalidCodes =
  'Unknown, expired, future, stopped and used-up promo codes all return the same 400 error, PROMO_CODE_INVALID. A team that sends too many invalid codes receives 429 for up to a minute.';

@ApiTags('Product offerings')
@Controller('product-offerings')
export class ProductOfferingsController {
  constructor(
    private readonly offerings: ProductOfferingsService,
    private readonly reader: ProductOfferingReader,
    private readonly uploads: BulkUploads,
  ) {}

  @Post()
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create a product offering',
    bodyExamples: newProductOfferings,
    description:
      'Creates a product offering, which combines one of your products with a price for one customer type.',
    body: CreateProductOffering,
    response: {
      status: 201,
      type: ProductOfferingView,
      description: 'The created product offering.',
      headers: createdHeaders('/product-offerings'),
    },
    errors: ['CONFLICT'],
  })
  async createProductOffering(
    @CurrentTeam() team: Caller,
    // Validated by the service, which reports invalid fields together with violations of rules across fields.
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.offerings.create(team.id, body);
    void reply.headers({
      location: `/product-offerings/${details.offering.id}`,
      etag: productOfferingETag(details, details.offering.id),
    });
    return ProductOfferingView.from(details);
  }

  @Post('bulk')
  @Endpoint({
    access: 'provider',
    summary: 'Create and update product offerings in bulk',
    description:
      'Accepts JSON Lines, one product offering per line. If the `productOfferingId` or `externalId` of a line (checked in this order) matches one of your product offerings, it is updated as with PATCH: omitted members keep their values. Any other line creates a product offering and requires an `externalId`. Each line succeeds or fails independently, and lines are applied in order. Limits, result lines and repeated uploads are as for `POST /provider/offers/bulk`; bytes that are sent to either count together.',
    jsonLinesBody: {
      type: UpdateProductOffering,
      example: '{"externalId":"crm-20","price":{"grossPrice":19.9}}\n',
    },
    response: {
      status: 200,
      mediaType: jsonLines,
      lineType: BulkResult,
      description: 'One `BulkResult` for each non-blank line of the request.',
      example:
        '{"line":1,"result":"updated","id":"0190c3de-0000-7000-8000-00000000000a","externalId":"crm-20","version":2}\n',
    },
  })
  upsertProductOfferings(
    @CurrentTeam() team: Caller,
    // A stream, because the lines are validated one by one as they arrive.
    @Body() lines: unknown,
    @Query() { dryRun = false }: BulkQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.process(team.id, lines, { request, reply }, (chunks) =>
      this.offerings.bulk(team.id, chunks, dryRun),
    );
  }

  @Get()
  @Endpoint({
    access: 'team',
    summary: 'List product offerings',
    description: `Returns product offerings, newest first. Providers see their own product offerings; resellers see the available product offerings of every provider, without internal descriptions and external IDs. A product offering must match at least one value of every filter. With \`promoCode\`, prices include the discount if the code applies; other product offerings keep their normal price. ${invalidCodes}`,
    response: { type: ProductOfferingListView, description: 'A page of product offerings.' },
    errors: ['INVALID_CURSOR', 'PROMO_CODE_INVALID'],
  })
  async listProductOfferings(
    @CurrentTeam() team: Caller,
    @Query() query: ListProductOfferings,
    @Memory() reserve: ReserveMemory,
  ) {
    return toItemsPage(await this.reader.list(team, query, reserve), query, ProductOfferingView.from);
  }

  @Get(':productOfferingId')
  @AddressParam('productOfferingId', productOfferingKind)
  @Endpoint({
    access: 'team',
    summary: 'Get a product offering',
    description: `Returns a product offering. An external ID finds only your own product offerings. With \`promoCode\`, the price includes the discount. The code must belong to the provider that owns the product offering; a valid code that does not apply to it returns a 400 error, PROMO_CODE_NOT_APPLICABLE. ${invalidCodes}`,
    response: { type: ProductOfferingView, description: 'The product offering.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND', 'CONFLICT', 'PROMO_CODE_INVALID', 'PROMO_CODE_NOT_APPLICABLE'],
  })
  async getProductOffering(
    @CurrentTeam() team: Caller,
    @Param('productOfferingId') path: string,
    @Query() query: GetProductOffering,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.reader.get(team, path, query.promoCode);
    const view = ProductOfferingView.from(details);
    // Versions also change with what other teams cannot see, and not with a discount.
    const isPlain = details.isOwner && query.promoCode === undefined;
    return sendWithETag(
      view,
      isPlain ? productOfferingETag(details, path) : contentETag(view),
      request,
      reply,
    );
  }

  @Put(':productOfferingId')
  @AddressParam('productOfferingId', { ...productOfferingKind, example: 'ext:crm-20' })
  @Endpoint({
    access: 'provider',
    summary: 'Create or replace a product offering',
    description: `${putDescription('product offering', ['externalId'])} The status stays; it cannot be changed. What cannot be changed in an archived product offering must be the same.`,
    body: CreateProductOffering,
    response: {
      status: 201,
      type: ProductOfferingView,
      description: 'The created product offering.',
      headers: putHeaders('/product-offerings'),
    },
    replacedDescription: 'The replaced product offering.',
    createsIfNoneMatch: true,
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async putProductOffering(
    @CurrentTeam() team: Caller,
    @Param('productOfferingId') path: string,
    // Validated by the service, as in createProductOffering().
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const conditions = { ifMatch, ifNoneMatch };
    const { details, created } = await this.offerings.put(team.id, path, body, conditions);
    void reply.code(created ? 201 : 200).headers({
      location: `/product-offerings/${details.offering.id}`,
      etag: productOfferingETag(details, path),
    });
    return ProductOfferingView.from(details);
  }

  @Patch(':productOfferingId')
  @AddressParam('productOfferingId', productOfferingKind)
  @Endpoint({
    access: 'provider',
    summary: 'Update a product offering',
    bodyExamples: { price: { summary: 'Change the price', value: { price: { grossPrice: 17.9 } } } },
    description:
      'The body is a JSON merge patch: omitted fields keep their values, and null clears a field. `price` is merged; arrays and free-form objects are replaced as a whole. The merged result must be valid. In an archived product offering, only `externalId`, `internalDescription` and `metadata` can be changed.',
    body: UpdateProductOffering,
    response: {
      type: ProductOfferingView,
      description: 'The updated product offering.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateProductOffering(
    @CurrentTeam() team: Caller,
    @Param('productOfferingId') path: string,
    // Validated by the service, because a merge patch must first be merged with the stored object.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.offerings.update(team.id, path, body, ifMatch);
    void reply.header('etag', productOfferingETag(details, path));
    return ProductOfferingView.from(details);
  }

  @Post(':productOfferingId/archive')
  @AddressParam('productOfferingId', productOfferingKind)
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Archive a product offering',
    description:
      'An archived product offering can no longer be ordered and appears only in lists that its owner requests with `status=ARCHIVED`. It cannot be restored. Archiving it again changes nothing.',
    response: {
      type: ProductOfferingView,
      description: 'The archived product offering.',
      headers: etagHeaders,
    },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async archiveProductOffering(
    @CurrentTeam() team: Caller,
    @Param('productOfferingId') path: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const details = await this.offerings.archive(team.id, path, ifMatch);
    void reply.header('etag', productOfferingETag(details, path));
    return ProductOfferingView.from(details);
  }

  @Delete(':productOfferingId')
  @AddressParam('productOfferingId', productOfferingKind)
  @Endpoint({
    access: 'provider',
    summary: 'Delete a product offering',
    description:
      'Permanently deletes the product offering. Fails with 409 if it has been ordered, or while a promotion or a product catalog contains it; archive it instead.',
    response: {
      type: DeletedProductOffering,
      description: 'The product offering was deleted. The response contains its ID.',
    },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteProductOffering(
    @CurrentTeam() team: Caller,
    @Param('productOfferingId') path: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<DeletedProductOffering> {
    return { productOfferingId: await this.offerings.delete(team.id, path, ifMatch), deleted: true };
  }
}
