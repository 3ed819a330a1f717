import {
  Column,
  Entity,
  ForeignKey,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import { ServiceArea } from '../areas/service-area.entity.js';
import { Team } from '../teams/team.entity.js';
import type { Visibility } from './offer-visibility.js';
import type { CategoryName } from './categories/all-categories.js';
import type { Fees } from './pricing/fees.js';
import type { OfferFields } from './offer-fields.js';
import type { OfferStatus } from './offer-status.js';

const bigint = {
  to: (value: bigint | null) => value?.toString() ?? null,
  from: (value: string | null) => (value === null ? null : BigInt(value)),
};

const keptByTrigger = { select: false, insert: false, update: false };

/** What a provider sells. */
@Entity('offers')
@Index('offers_sku_uq', ['teamId', 'sku'], { unique: true, where: 'sku IS NOT NULL' })
@Index('offers_newest_idx', ['teamId', 'createdAt', 'id'])
@Index('offers_external_id_idx', ['teamId', 'externalId'], { where: 'external_id IS NOT NULL' })
export class Offer {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offers_pk' })
  id: string;

  @ForeignKey(() => Team, { name: 'offers_team_fk' })
  @Column({ type: 'uuid', name: 'team_id' })
  teamId: string;

  @Column('text')
  name: string;

  @Column({ type: 'text', name: 'internal_name', nullable: true })
  internalName: string | null;

  @Column({ type: 'text', nullable: true })
  category: CategoryName | null;

  @Column('text')
  status: OfferStatus;

  @Column({ type: 'text', nullable: true })
  sku: string | null;

  @Column({ type: 'text', name: 'external_id', nullable: true })
  externalId: string | null;

  @Column('jsonb')
  metadata: object;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text', name: 'internal_description', nullable: true })
  internalDescription: string | null;

  @Column({ type: 'text', name: 'marketing_headline', nullable: true })
  marketingHeadline: string | null;

  @Column({ type: 'text', name: 'marketing_description', nullable: true })
  marketingDescription: string | null;

  @Column({ type: 'text', name: 'key_features', array: true })
  keyFeatures: string[];

  @Column({ type: 'text', name: 'image_url', nullable: true })
  imageUrl: string | null;

  @Column({ type: 'text', nullable: true })
  overview: string | null;

  @Column({ type: 'text', name: 'submission_url', nullable: true })
  submissionUrl: string | null;

  @Column({ type: 'jsonb', name: 'submission_config', nullable: true })
  submissionConfig: OfferFields['submissionConfig'];

  @Column({ type: 'jsonb', name: 'service_specific_data', nullable: true })
  serviceSpecificData: object | null;

  @Column({ type: 'text', name: 'pricing_type', nullable: true })
  pricingType: OfferFields['pricingType'];

  /** In the minor unit of the currency. */
  @Column({ type: 'bigint', name: 'monthly_price_minor', nullable: true, transformer: bigint })
  monthlyPriceMinor: bigint | null;

  /** Decimal numbers as they were given; jsonb keeps them exact. */
  @Column({ type: 'jsonb', nullable: true })
  fees: Fees | null;

  /** ISO 4217, the team's default when the offer was made. */
  @Column({ type: 'char', length: 3 })
  currency: string;

  @Column({ type: 'jsonb', name: 'compliance_data', nullable: true })
  complianceData: object | null;

  @Column({ type: 'text', name: 'compliance_status' })
  complianceStatus: OfferFields['complianceStatus'];

  @Column({ type: 'text', name: 'compliance_notes', nullable: true })
  complianceNotes: string | null;

  @Column({ type: 'text', default: 'public' })
  visibility: Visibility;

  @Column({ type: 'uuid', name: 'allowed_resellers', array: true, default: '{}' })
  allowedResellers: string[];

  @Column({ type: 'uuid', name: 'service_area_id', nullable: true })
  serviceAreaId: string | null;

  @ManyToOne(() => ServiceArea, { nullable: true, createForeignKeyConstraints: true })
  @JoinColumn({ name: 'service_area_id', foreignKeyConstraintName: 'offers_service_area_fk' })
  serviceArea?: Relation<ServiceArea> | null;

  /** What the catalog sorts and searches by, kept by a trigger. */
  @Column({ type: 'text', name: 'name_key', collation: 'C', ...keptByTrigger })
  nameKey?: string;

  @Column({ type: 'bigint', name: 'price_key', nullable: true, ...keptByTrigger })
  priceKey?: string | null;

  @Column({ type: 'uuid', name: 'area_key', ...keptByTrigger })
  areaKey?: string;

  @Column({ type: 'tsvector', ...keptByTrigger })
  search?: string;

  @Column({ type: 'tsvector', name: 'name_search', ...keptByTrigger })
  nameSearch?: string;

  /** What the catalog filters by, of the data of the offer's category. */
  @Column({ type: 'text', name: 'connection_type', nullable: true, ...keptByTrigger })
  connectionType?: string | null;

  @Column({ type: 'numeric', name: 'download_mbps', nullable: true, ...keptByTrigger })
  downloadMbps?: string | null;

  @Column({ type: 'boolean', name: 'unlimited_data', nullable: true, ...keptByTrigger })
  unlimitedData?: boolean | null;

  @Column({ type: 'numeric', name: 'channel_count', nullable: true, ...keptByTrigger })
  channelCount?: string | null;

  @Column({ type: 'text', name: 'monitoring_type', nullable: true, ...keptByTrigger })
  monitoringType?: string | null;

  @Column({ type: 'text', name: 'installation_type', nullable: true, ...keptByTrigger })
  installationType?: string | null;

  @Column({ type: 'text', name: 'energy_type', nullable: true, ...keptByTrigger })
  energyType?: string | null;

  @Column({ type: 'numeric', name: 'renewable_percentage', nullable: true, ...keptByTrigger })
  renewablePercentage?: string | null;

  @Column({ type: 'numeric', name: 'contract_months', nullable: true, ...keptByTrigger })
  contractMonths?: string | null;

  @Column({ type: 'numeric', name: 'coverage_amount', nullable: true, ...keptByTrigger })
  coverageAmount?: string | null;

  @Column('integer')
  version: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
