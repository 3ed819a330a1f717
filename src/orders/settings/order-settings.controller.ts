import { Body, Controller, Get, Patch } from '@nestjs/common';
import { Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { CurrentTeam, type Caller } from '../../teams/caller.js';
import { OrderSettingsView, UpdateOrderSettings } from './order-settings.dto.js';
import { OrderSettingsService } from './order-settings.service.js';

@ApiTags('Provider orders')
@Controller('provider/order-settings')
export class OrderSettingsController {
  constructor(private readonly settings: OrderSettingsService) {}

  @Get()
  @Endpoint({
    access: 'provider',
    summary: 'Get order settings',
    description:
      'Returns the deadline for your answers, and for how long you see personal data of customers.',
    response: { type: OrderSettingsView, description: 'The settings.' },
  })
  getOrderSettings(@CurrentTeam() team: Caller): Promise<OrderSettingsView> {
    return this.settings.get(team.id);
  }

  @Patch()
  @Endpoint({
    access: 'provider',
    summary: 'Update order settings',
    description:
      'Omitted members keep their values. `respondWithinHours` applies to orders that are placed from now on, `personalDataDays` to all items.',
    response: { type: OrderSettingsView, description: 'The updated settings.' },
  })
  updateOrderSettings(
    @CurrentTeam() team: Caller,
    @Body() body: UpdateOrderSettings,
  ): Promise<OrderSettingsView> {
    return this.settings.update(team.id, body);
  }
}
