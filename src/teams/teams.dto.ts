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

const name = { description: 'Name shown to the other side of the marketplace.', example: 'Northwind Fibre' };
const exampleTime = '2026-01-31T09:30:00.000Z';

const serverSet = ['id', 'createdAt', 'updatedAt', 'version', 'verifiedAt', 'suspendedAt'];

@ServerManaged(...serverSet, 'suspended')
export class CreateTeam {
  @TextField({ ...name, min: 1, max: 255 })
  name: string;

  @EnumField(teamRoles, { description: 'What the team does; hybrid does both.', example: 'provider' })
  role: TeamRole;

  @BooleanField({
    description: 'The operator vouches for the team.',
    default: false,
    optional: true,
    example: true,
  })
  verified?: boolean;

  @CurrencyField({
    description: 'ISO 4217 code for new prices.',
    default: 'USD',
    optional: true,
    example: 'USD',
  })
  defaultCurrency?: string;
}

@ServerManaged(...serverSet, 'role')
export class UpdateTeam {
  @TextField({ ...name, min: 1, max: 255, optional: true })
  name?: string;

  @BooleanField({ description: 'Vouch for the team, or take it back.', optional: true, example: true })
  verified?: boolean;

  @BooleanField({
    description: 'Suspend the team (403 on every route), or lift it.',
    optional: true,
    example: false,
  })
  suspended?: boolean;

  @CurrencyField({ description: 'ISO 4217 code for prices from now on.', optional: true, example: 'USD' })
  defaultCurrency?: string;
}

export class ListTeams extends PageQuery {
  @EnumField(teamRoles, { description: 'Only teams of this role.', optional: true })
  role?: TeamRole;
}

@ApiSchema({ name: 'Team' })
export class TeamView {
  @IdField({ description: 'Id of the team (UUID v7).' })
  id: string;
  @TextField({ ...name, max: 255 })
  name: string;
  @EnumField(teamRoles, { description: 'What the team does.', example: 'provider' })
  role: TeamRole;
  @BooleanField({ description: 'Whether the operator has vouched for the team.', example: true })
  verified: boolean;
  @DateTimeField({ description: 'Since when it is verified.', nullable: true, example: exampleTime })
  verifiedAt: string | null;
  @BooleanField({ description: 'Whether every key of the team is refused.', example: false })
  suspended: boolean;
  @DateTimeField({ description: 'Since when it is suspended.', nullable: true, example: null })
  suspendedAt: string | null;
  @CurrencyField({ description: 'ISO 4217 code for new prices.', example: 'USD' })
  defaultCurrency: string;
  @NumberField({ description: 'Grows by one with every change.', integer: true, min: 1, example: 1 })
  version: number;
  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  createdAt: string;
  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
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
