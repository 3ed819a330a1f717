import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Team } from '../../teams/team.entity.js';
import type { DiscountKind } from './discount-rule.js';

/** Converts numeric columns, which node-postgres returns as text, to numbers. */
const numericAsNumber = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

/** The amount by which a promotion reduces a price: a percentage, or a fixed amount per currency. */
@Entity('discounts')
@Unique('discounts_id_team_uq', ['id', 'teamId'])
@Index('discounts_newest_idx', ['teamId', 'createdAt', 'id'])
export class Discount {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'discounts_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'discounts_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('text')
  description: string;

  @Column({ type: 'text', nullable: true })
  tag: string | null;

  @Column('text')
  kind: DiscountKind;

  /** Above 0 and at most 100, with up to four decimal places; only for PERCENT. */
  @Column({ type: 'numeric', precision: 7, scale: 4, nullable: true, transformer: numericAsNumber })
  percent: number | null;

  /** Amounts in minor units, keyed by currency; only for AMOUNT. */
  @Column({ type: 'jsonb', nullable: true })
  amounts: Record<string, number> | null;

  @Column('integer', { default: 1 })
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
