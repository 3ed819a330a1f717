import { ApiSchema } from '../lazy-swagger/decorators.js';
import { DateField, BooleanField, IdField, DateTimeField, TextField } from '../validation/fields.js';
import { ServerManaged } from '../validation/validate.js';
import type { PreferredPartner } from './preferred-partner.entity.js';

const exampleId = '0190c3de-0000-7000-8000-000000000002';
const exampleTime = '2026-01-31T09:30:00.000Z';
const tier = {
  description: "The provider's own word for the level of the partnership.",
  max: 50,
  example: 'gold',
};
const notes = { description: 'Internal notes.', max: 5000, example: 'Signed in January.' };

@ServerManaged('resellerName', 'createdAt', 'updatedAt')
export class AddPartner {
  @IdField({ description: 'The reseller.', example: exampleId })
  resellerTeamId: string;

  @TextField({ ...tier, nullable: true, optional: true })
  tier?: string | null;

  @DateField({
    description: 'From which day (UTC) on; today when left out.',
    optional: true,
    example: '2026-02-01',
  })
  effectiveDate?: string;

  @TextField({ ...notes, nullable: true, optional: true })
  notes?: string | null;
}

@ApiSchema({ name: 'PreferredPartner' })
export class PartnerView {
  @IdField({ description: 'The reseller.', example: exampleId })
  resellerTeamId: string;

  @TextField({ ...tier, nullable: true })
  tier: string | null;

  @DateField({
    description: 'From which day (UTC) on the reseller sees preferred offers.',
    example: '2026-02-01',
  })
  effectiveDate: string;

  @TextField({ ...notes, nullable: true })
  notes: string | null;

  @DateTimeField({ description: 'When it was added.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updatedAt: string;

  static from(
    this: void,
    { resellerTeamId, tier, effectiveDate, notes, ...stamps }: PreferredPartner,
  ): PartnerView {
    const createdAt = stamps.createdAt.toISOString();
    return {
      resellerTeamId,
      tier,
      effectiveDate,
      notes,
      createdAt,
      updatedAt: stamps.updatedAt.toISOString(),
    };
  }
}

export class RemovedPartner {
  @IdField({ description: 'The reseller that was taken off the list.', example: exampleId })
  resellerTeamId: string;

  @BooleanField({ description: 'Always true.', example: true })
  deleted: boolean;
}
