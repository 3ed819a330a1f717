import { CurrencyField } from '../money/money-fields.js';
import { ApiSchema } from '../lazy-swagger/decorators.js';
import {
  EnumField,
  BooleanField,
  IdField,
  DateTimeField,
  NumberField,
  TextField,
} from '../validation/fields.js';
import { ServerManaged } from '../validation/validate.js';
import { PageQuery } from '../paging/page.js';
import { teamRoles, type Team, type TeamRole } from './team.entity.js';

const nameField = { description: 'Name shown to other teams.', example: 'Northwind Fibre' };
const exampleTime = '2026-01-31T09:30:00.000Z';

const serverManagedFields = ['id', 'createdAt', 'updatedAt', 'version', 'verifiedAt', 'suspendedAt'];

@ServerManaged(...serverManagedFields, 'suspended')
export class CreateTeam {
  @TextField({ ...nameField, kind: 'name', min: 1, max: 255 })
  name: string;

  @EnumField(teamRoles, {
    description: 'Role of the team. A hybrid team is both a provider and a reseller.',
    example: 'provider',
  })
  role: TeamRole;

  @BooleanField({
    description: 'Whether the team is verified. Unverified resellers cannot see the catalog.',
    default: false,
    optional: true,
    example: true,
  })
  verified?: boolean;

  @CurrencyField({
    description: 'Default currency for new prices, as an ISO 4217 code.',
    default: 'USD',
    optional: true,
    example: 'USD',
  })
  defaultCurrency?: string;
}

@ServerManaged(...serverManagedFields, 'role')
export class UpdateTeam {
  @TextField({ ...nameField, kind: 'name', min: 1, max: 255, optional: true })
  name?: string;

  @BooleanField({
    description: 'True to verify the team; false to withdraw the verification.',
    optional: true,
    example: true,
  })
  verified?: boolean;

  @BooleanField({
    description:
      'True to suspend the team; false to lift the suspension. All requests of a suspended team are rejected with 403.',
    optional: true,
    example: false,
  })
  suspended?: boolean;

  @CurrencyField({
    description: 'Default currency for new prices, as an ISO 4217 code. Existing prices keep their currency.',
    optional: true,
    example: 'USD',
  })
  defaultCurrency?: string;
}

export class ListTeams extends PageQuery {
  @EnumField(teamRoles, { description: 'Returns only teams with this role.', optional: true })
  role?: TeamRole;
}

@ApiSchema({ name: 'Team' })
export class TeamView {
  @IdField({ description: 'ID of the team (UUID v7).' })
  id: string;
  @TextField({ ...nameField, max: 255 })
  name: string;
  @EnumField(teamRoles, { description: 'Role of the team.', example: 'provider' })
  role: TeamRole;
  @BooleanField({ description: 'Whether the operator has verified the team.', example: true })
  verified: boolean;
  @DateTimeField({
    description: 'When the team was verified; null if it is not.',
    nullable: true,
    example: exampleTime,
  })
  verifiedAt: string | null;
  @BooleanField({
    description: 'Whether the team is suspended. All requests of a suspended team are rejected with 403.',
    example: false,
  })
  suspended: boolean;
  @DateTimeField({
    description: 'When the team was suspended; null if it is not.',
    nullable: true,
    example: null,
  })
  suspendedAt: string | null;
  @CurrencyField({ description: 'Default currency for new prices, as an ISO 4217 code.', example: 'USD' })
  defaultCurrency: string;
  @NumberField({
    description: 'Version of the team, incremented by every change.',
    integer: true,
    min: 1,
    example: 1,
  })
  version: number;
  @DateTimeField({ description: 'When the team was created.', example: exampleTime })
  createdAt: string;
  @DateTimeField({ description: 'When the team was last changed.', example: exampleTime })
  updatedAt: string;

  static from(team: Team): TeamView {
    return {
      id: team.id,
      name: team.name,
      role: team.role,
      verified: team.verifiedAt !== null,
      verifiedAt: team.verifiedAt?.toISOString() ?? null,
      suspended: team.suspendedAt !== null,
      suspendedAt: team.suspendedAt?.toISOString() ?? null,
      defaultCurrency: team.defaultCurrency,
      version: team.version,
      createdAt: team.createdAt.toISOString(),
      updatedAt: team.updatedAt.toISOString(),
    };
  }
}
