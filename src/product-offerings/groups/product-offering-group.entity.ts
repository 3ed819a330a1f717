import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { ProductCategory } from '../../products/product-types.js';
import { Team } from '../../teams/team.entity.js';

/** A group of related product offerings of a team. The slug is its public ID. */
@Entity('product_offering_groups')
@Unique('product_offering_groups_slug_uq', ['teamId', 'slug'])
@Index('product_offering_groups_newest_idx', ['teamId', 'createdAt', 'id'])
export class ProductOfferingGroup {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'product_offering_groups_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'product_offering_groups_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  /** Unique within the team; cannot be changed. */
  @Column('text')
  slug: string;

  @Column('text')
  name: string;

  @Column('text')
  category: ProductCategory;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  /** Visible only to the owner. */
  @Column({ type: 'text', name: 'internal_description', nullable: true })
  internalDescription: string | null;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
