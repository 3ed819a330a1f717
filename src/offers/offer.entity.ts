import {
  Column,
  Entity,
  ForeignKey,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type ColumnType,
  type Relation,
} from 'typeorm';
import { ServiceArea } from '../areas/service-area.entity.js';
import { Team } from '../teams/team.entity.js';
import type { OfferColumns } from './offer-columns.js';
import { OfferFields } from './offer-fields.js';
import { storedFieldsOf } from '../sql/stored-field.js';

const bigint = {
  to: (value: bigint | null) => value?.toString() ?? null,
  from: (value: string | null) => (value === null ? null : BigInt(value)),
};

/** For columns that TypeORM neither reads nor writes, such as those that a trigger maintains. */
const maintainedByTrigger = { select: false, insert: false, update: false };

/** Provides the types of the columns derived from OfferFields; the columns are added after the class. */
const DerivedColumns = class {} as new () => OfferColumns;

/** A provider's offer. */
@Entity('offers')
@Index('offers_sku_uq', ['teamId', 'sku'], { unique: true, where: 'sku IS NOT NULL' })
@Index('offers_newest_idx', ['teamId', 'createdAt', 'id'])
@Index('offers_external_id_idx', ['teamId', 'externalId'], { where: 'external_id IS NOT NULL' })
@Index('offers_feed_idx', ['teamId', 'feed', 'status', 'id'], { where: 'feed IS NOT NULL' })
export class Offer extends DerivedColumns {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offers_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'offers_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  /** The feed by which the provider loads the offer; null if it is maintained by hand. */
  @Column({ type: 'text', nullable: true })
  feed: string | null;

  /** Whether the offer is inactive because a complete load of the feed did not list it. */
  @Column({ type: 'boolean', name: 'retired_by_feed', default: false, ...maintainedByTrigger })
  retiredByFeed?: boolean;

  @Column({ type: 'uuid', name: 'service_area_id', nullable: true })
  serviceAreaId: string | null;

  @ManyToOne(() => ServiceArea, { nullable: true, createForeignKeyConstraints: true })
  @JoinColumn({ name: 'service_area_id', foreignKeyConstraintName: 'offers_service_area_fk' })
  serviceArea?: Relation<ServiceArea> | null;

  /** Catalog sort and search keys, maintained by a trigger. */
  @Column({ type: 'text', name: 'name_key', collation: 'C', ...maintainedByTrigger })
  nameKey?: string;

  @Column({ type: 'bigint', name: 'price_key', nullable: true, ...maintainedByTrigger })
  priceKey?: string | null;

  /** Sort keys from `pricing`: amounts like the price key, and tenths of a cent per kWh. */
  @Column({ type: 'bigint', name: 'all_in_key', nullable: true, ...maintainedByTrigger })
  allInKey?: string | null;

  @Column({ type: 'bigint', name: 'cost_12_key', nullable: true, ...maintainedByTrigger })
  cost12Key?: string | null;

  @Column({ type: 'bigint', name: 'cost_24_key', nullable: true, ...maintainedByTrigger })
  cost24Key?: string | null;

  @Column({ type: 'bigint', name: 'kwh_500_key', nullable: true, ...maintainedByTrigger })
  kwh500Key?: string | null;

  @Column({ type: 'bigint', name: 'kwh_1000_key', nullable: true, ...maintainedByTrigger })
  kwh1000Key?: string | null;

  @Column({ type: 'bigint', name: 'kwh_2000_key', nullable: true, ...maintainedByTrigger })
  kwh2000Key?: string | null;

  @Column({ type: 'uuid', name: 'area_key', ...maintainedByTrigger })
  areaKey?: string;

  @Column({ type: 'tsvector', ...maintainedByTrigger })
  search?: string;

  @Column({ type: 'tsvector', name: 'name_search', ...maintainedByTrigger })
  nameSearch?: string;

  /** Filter attributes extracted from the category data, maintained by a trigger. */
  @Column({ type: 'text', name: 'connection_type', nullable: true, ...maintainedByTrigger })
  connectionType?: string | null;

  @Column({ type: 'numeric', name: 'download_mbps', nullable: true, ...maintainedByTrigger })
  downloadMbps?: string | null;

  @Column({ type: 'boolean', name: 'unlimited_data', nullable: true, ...maintainedByTrigger })
  unlimitedData?: boolean | null;

  @Column({ type: 'numeric', name: 'channel_count', nullable: true, ...maintainedByTrigger })
  channelCount?: string | null;

  @Column({ type: 'text', name: 'monitoring_type', nullable: true, ...maintainedByTrigger })
  monitoringType?: string | null;

  @Column({ type: 'text', name: 'installation_type', nullable: true, ...maintainedByTrigger })
  installationType?: string | null;

  @Column({ type: 'text', name: 'energy_type', nullable: true, ...maintainedByTrigger })
  energyType?: string | null;

  @Column({ type: 'numeric', name: 'renewable_percentage', nullable: true, ...maintainedByTrigger })
  renewablePercentage?: string | null;

  @Column({ type: 'numeric', name: 'contract_months', nullable: true, ...maintainedByTrigger })
  contractMonths?: string | null;

  @Column({ type: 'numeric', name: 'coverage_amount', nullable: true, ...maintainedByTrigger })
  coverageAmount?: string | null;

  @Column({ type: 'numeric', name: 'upload_mbps', nullable: true, ...maintainedByTrigger })
  uploadMbps?: string | null;

  @Column({ type: 'boolean', name: 'includes_streaming', nullable: true, ...maintainedByTrigger })
  includesStreaming?: boolean | null;

  @Column({ type: 'boolean', name: 'hd', nullable: true, ...maintainedByTrigger })
  hd?: boolean | null;

  @Column({ type: 'boolean', name: 'dvr', nullable: true, ...maintainedByTrigger })
  dvr?: boolean | null;

  @Column({ type: 'text', name: 'utility', nullable: true, ...maintainedByTrigger })
  utility?: string | null;

  @Column({ type: 'boolean', name: 'prepaid', nullable: true, ...maintainedByTrigger })
  prepaid?: boolean | null;

  @Column({ type: 'boolean', name: 'time_of_use', nullable: true, ...maintainedByTrigger })
  timeOfUse?: boolean | null;

  @Column({ type: 'numeric', name: 'deductible', nullable: true, ...maintainedByTrigger })
  deductible?: string | null;

  @Column({ type: 'text', name: 'insurance_type', nullable: true, ...maintainedByTrigger })
  insuranceType?: string | null;

  /** The last assessment, which prepared SQL reads and writes. */
  @Column({ type: 'text', name: 'assessed_status', default: 'unknown', ...maintainedByTrigger })
  assessedStatus?: string;

  @Column({ type: 'timestamptz', name: 'assessed_at', precision: 3, nullable: true, ...maintainedByTrigger })
  assessedAt?: Date | null;

  @Column({ type: 'date', name: 'assessed_until', nullable: true, ...maintainedByTrigger })
  assessedUntil?: string | null;

  @Column({ type: 'text', name: 'assessed_rules', array: true, default: '{}', ...maintainedByTrigger })
  assessedRules?: string[];

  @Column({ type: 'jsonb', default: '[]', ...maintainedByTrigger })
  findings?: object;

  @Column({ type: 'text', name: 'reseller_licenses', array: true, default: '{}', ...maintainedByTrigger })
  resellerLicenses?: string[];

  @Column({ type: 'integer', name: 'assessed_version', nullable: true, ...maintainedByTrigger })
  assessedVersion?: number | null;

  @Column('integer')
  version: number;

  /** How many changes of the version resellers cannot see, maintained by a trigger. */
  @Column({ type: 'integer', name: 'hidden_edits', default: 0, ...maintainedByTrigger })
  hiddenEdits?: number;

  /** When resellers saw the last change; null if that is `updatedAt`. Maintained by a trigger. */
  @Column({
    type: 'timestamptz',
    name: 'catalog_updated_at',
    precision: 3,
    nullable: true,
    ...maintainedByTrigger,
  })
  catalogUpdatedAt?: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}

Column({ type: 'jsonb' })(Offer.prototype, 'pricing');
for (const { name, column, type, nullable, default: value } of storedFieldsOf(OfferFields))
  Column({
    name: column,
    ...(type === 'bpchar' ? { type: 'char', length: 3 } : { type: type.replace('[]', '') as ColumnType }),
    array: type.endsWith('[]'),
    nullable,
    ...(type === 'bigint' ? { transformer: bigint } : {}),
    ...(value === undefined ? {} : { default: value }),
  })(Offer.prototype, name);
