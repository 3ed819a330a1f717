import { ApiSchema } from '../lazy-swagger/decorators.js';
import { DateField, BooleanField, IdField, DateTimeField, TextField } from '../validation/fields.js';
import { ServerManaged } from '../validation/validate.js';
import type { PreferredPartner } from './preferred-partner.entity.js';
import { exampleIdIn } from '../lazy-swagger/example-ids.js';

const exampleId = exampleIdIn('/provider/partners/preferred');
const exampleTime = '2026-01-31T09:30:00.000Z';
const tierField = {
  description: "Level of the partnership, in the provider's own terms.",
  max: 50,
  example: 'gold',
};
const notesField = {
  description: 'Internal notes. The reseller cannot see them.',
  max: 5000,
  example: 'Signed in January.',
};

@ServerManaged('resellerName', 'createdAt', 'updatedAt')
export class AddPartner {
  @IdField({ description: 'ID of the reseller.', example: exampleId })
  resellerTeamId: string;

  @TextField({ ...tierField, nullable: true, optional: true })
  tier?: string | null;

  @DateField({
    description:
      'First day (UTC) on which the reseller sees `preferred` offers. Defaults to today for a new partner; an existing one keeps its date.',
    optional: true,
    example: '2026-02-01',
  })
  effectiveDate?: string;

  @TextField({ ...notesField, nullable: true, optional: true })
  notes?: string | null;
}

@ApiSchema({ name: 'PreferredPartner' })
export class PartnerView {
  @IdField({ description: 'ID of the reseller.', example: exampleId })
  resellerTeamId: string;

  @TextField({ ...tierField, nullable: true })
  tier: string | null;

  @DateField({
    description: 'First day (UTC) on which the reseller sees `preferred` offers.',
    example: '2026-02-01',
  })
  effectiveDate: string;

  @TextField({ ...notesField, nullable: true })
  notes: string | null;

  @DateTimeField({ description: 'When the partner was added.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'When the partner was last changed.', example: exampleTime })
  updatedAt: string;

  static from(
    this: void,
    { resellerTeamId, tier, effectiveDate, notes, createdAt, updatedAt }: PreferredPartner,
  ): PartnerView {
    return {
      resellerTeamId,
      tier,
      effectiveDate,
      notes,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

export class RemovedPartner {
  @IdField({ description: 'ID of the removed reseller.', example: exampleId })
  resellerTeamId: string;

  @BooleanField({ description: 'Always true.', example: true })
  deleted: boolean;
}
