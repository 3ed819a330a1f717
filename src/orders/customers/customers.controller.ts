import { Body, Controller, Post } from '@nestjs/common';
import { Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { toItemsPage } from '../../paging/items-page.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { Memory } from '../../teams/reserve-memory.js';
import {
  CustomerErasureView,
  CustomerExportView,
  EraseCustomer,
  ExportCustomer,
} from './customer-data.dto.js';
import { CustomerData } from './customer-data.service.js';

@ApiTags('Reseller orders')
@Controller('reseller/customers')
export class CustomersController {
  constructor(private readonly customers: CustomerData) {}

  @Post('export')
  @Endpoint({
    access: 'reseller',
    summary: 'Export the data of a customer',
    description:
      'Returns what is stored about a customer of your team: the orders with their items, order forms, histories, snapshots, and what your team notes for itself. What providers note for themselves is not yours to see; ask them for it. Responses that are kept for `Idempotency-Key` and events about the orders repeat the same data; the former are deleted after 24 hours, the latter after 30 days unless the operator has set another time. Nothing else is stored about a customer.',
    bodyExamples: { email: { summary: 'By e-mail address', value: { email: 'maria@example.com' } } },
    response: { status: 200, type: CustomerExportView, description: 'A page of orders, newest first.' },
    errors: ['NOT_FOUND', 'INVALID_CURSOR'],
  })
  async exportCustomer(
    @CurrentTeam() team: Caller,
    @Body() body: ExportCustomer,
    @Memory() reserve: ReserveMemory,
  ) {
    return toItemsPage(await this.customers.export(team.id, body, reserve), body, (order) => order);
  }

  @Post('erase')
  @Endpoint({
    access: 'reseller',
    idempotent: true,
    summary: 'Erase the data of a customer',
    description:
      'Erases what is stored about a customer of your team, at once and for good: customer, address, notes, metadata and `externalId` of the orders, order forms, all texts of items and their histories, what both sides note for themselves, stored responses, and events about the orders. Statuses, times and prices remain, so that statistics do not change. An erased order has `erasedAt`. Providers need the data of items in progress, so this results in 409 unless all items have ended, or `force` is true.',
    bodyExamples: { email: { summary: 'By e-mail address', value: { email: 'nobody@example.com' } } },
    response: { status: 200, type: CustomerErasureView, description: 'The erased orders.' },
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  eraseCustomer(@CurrentTeam() team: Caller, @Body() body: EraseCustomer): Promise<CustomerErasureView> {
    return this.customers.erase(team.id, body);
  }
}
