import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendWithETag } from '../../http/conditional-requests.js';
import { createdHeaders, Endpoint, etagHeaders } from '../../http/endpoint.js';
import { versionETag } from '../../http/etag.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { ItemsQuery, toItemsPage } from '../../paging/items-page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import {
  CreateOfferingGroup,
  ProductOfferingGroupListView,
  ProductOfferingGroupView,
  UpdateOfferingGroup,
} from './product-offering-groups.dto.js';
import { ProductOfferingGroupsService } from './product-offering-groups.service.js';

@ApiTags('Product offerings')
@Controller('product-offering-groups')
export class ProductOfferingGroupsController {
  constructor(private readonly groups: ProductOfferingGroupsService) {}

  @Post()
  @Endpoint({
    access: 'provider',
    idempotent: true,
    summary: 'Create a product offering group',
    bodyExamples: {
      mobile: {
        summary: 'Mobile plans',
        value: {
          productOfferingGroupId: 'mobile-plans',
          name: 'Mobile plans',
          category: 'SUBSCRIPTION_CELL',
          description: 'Plans for phones.',
        },
      },
      travel: {
        summary: 'Travel plans',
        value: {
          productOfferingGroupId: 'travel-plans',
          name: 'Travel plans',
          category: 'SUBSCRIPTION_CELL',
        },
      },
    },
    description: 'Creates a group for related product offerings of your team.',
    response: {
      status: 201,
      type: ProductOfferingGroupView,
      description: 'The created group.',
      headers: createdHeaders('/product-offering-groups'),
    },
    errors: ['CONFLICT'],
  })
  async createProductOfferingGroup(
    @CurrentTeam() team: Caller,
    @Body() body: CreateOfferingGroup,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const group = await this.groups.create(team.id, body);
    void reply.headers({
      location: `/product-offering-groups/${group.slug}`,
      etag: versionETag(group.version),
    });
    return ProductOfferingGroupView.from(group);
  }

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'List product offering groups',
    description: 'Returns the product offering groups of your team, newest first.',
    response: { type: ProductOfferingGroupListView, description: 'A page of groups.' },
    errors: ['INVALID_CURSOR'],
  })
  async listProductOfferingGroups(
    @CurrentTeam() team: Caller,
    @Query() query: ItemsQuery,
    @Memory() reserve: ReserveMemory,
  ) {
    return toItemsPage(await this.groups.list(team.id, query, reserve), query, ProductOfferingGroupView.from);
  }

  @Get(':productOfferingGroupId')
  @Endpoint({
    access: 'provider',
    summary: 'Get a product offering group',
    description: 'Returns a product offering group of your team.',
    response: { type: ProductOfferingGroupView, description: 'The group.', headers: etagHeaders },
    conditional: true,
    errors: ['NOT_FOUND'],
  })
  async getProductOfferingGroup(
    @CurrentTeam() team: Caller,
    @Param('productOfferingGroupId') slug: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const group = await this.groups.get(team.id, slug);
    return sendWithETag(ProductOfferingGroupView.from(group), versionETag(group.version), request, reply);
  }

  @Patch(':productOfferingGroupId')
  @Endpoint({
    access: 'provider',
    summary: 'Update a product offering group',
    bodyExamples: {
      description: {
        summary: 'Change the description',
        value: { description: 'Plans with data and calls.' },
      },
    },
    description:
      'The body is a JSON merge patch: omitted fields keep their values, and null clears a field. The ID of a group cannot be changed.',
    body: UpdateOfferingGroup,
    response: { type: ProductOfferingGroupView, description: 'The updated group.', headers: etagHeaders },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async updateProductOfferingGroup(
    @CurrentTeam() team: Caller,
    @Param('productOfferingGroupId') slug: string,
    // Validated by the service, because a merge patch must first be merged with the stored object.
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const group = await this.groups.update(team.id, slug, body, ifMatch);
    void reply.header('etag', versionETag(group.version));
    return ProductOfferingGroupView.from(group);
  }

  @Delete(':productOfferingGroupId')
  @Endpoint({
    access: 'provider',
    summary: 'Delete a product offering group',
    description:
      'Permanently deletes the group. Fails with 409 while a product offering, archived ones included, belongs to it or a promotion targets it.',
    response: { status: 204, description: 'The group was deleted.' },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  })
  async deleteProductOfferingGroup(
    @CurrentTeam() team: Caller,
    @Param('productOfferingGroupId') slug: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.groups.delete(team.id, slug, ifMatch);
  }
}
