import type { Area } from '../areas/area.js';
import {
  assessmentColumns,
  assessmentNames,
  type AssessmentColumns,
} from './assessment/assessment-columns.js';
import { OfferFields } from './offer-fields.js';
import type { Pricing } from './pricing/pricing-view.js';
import { storedFieldsOf } from '../sql/stored-field.js';

/** The columns that the provider sets: the fields in their stored form, and what is derived from them. */
export interface OfferColumns extends Omit<
  OfferFields,
  'monthlyPrice' | 'serviceArea' | 'metadata' | 'keyFeatures' | 'allowedResellers'
> {
  metadata: object;
  keyFeatures: string[];
  allowedResellers: string[];
  /** In the currency's minor unit. */
  monthlyPriceMinor: bigint | null;
  pricing: Pricing;
}

/** The columns that the service sets. */
interface ManagedColumns {
  id: string;
  teamId: string;
  /** The feed that the offer belongs to, if any. */
  feed: string | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** An offer with all columns and its service area, which several offers can share. */
export interface StoredOffer extends OfferColumns, ManagedColumns {
  assessment: AssessmentColumns;
  area: Area | null;
}

type ColumnTable<T> = Record<keyof T, [column: string, type: string]>;

/** Column and SQL type of each field that the provider sets. */
export const offerColumns = Object.fromEntries([
  ...storedFieldsOf(OfferFields).map(({ name, column, type }) => [name, [column, type]]),
  ['pricing', ['pricing', 'jsonb']],
]) as ColumnTable<OfferColumns>;
export const columnNames = Object.keys(offerColumns) as (keyof OfferColumns)[];

const managedColumns: ColumnTable<ManagedColumns> = {
  id: ['id', 'uuid'],
  teamId: ['team_id', 'uuid'],
  feed: ['feed', 'text'],
  version: ['version', 'integer'],
  createdAt: ['created_at', 'timestamptz'],
  updatedAt: ['updated_at', 'timestamptz'],
};

/** All columns of an offer except its service area and its assessment. */
export const storedColumns = { ...managedColumns, ...offerColumns };
export const storedNames = Object.keys(storedColumns) as (keyof typeof storedColumns)[];

/** A column of a new offer. */
interface InsertedColumn {
  column: string;
  type: string;
  valueOf: (offer: StoredOffer) => unknown;
}

/** All columns of a new offer except its service area. */
export const insertedColumns: readonly InsertedColumn[] = [
  ...storedNames.map((name) => {
    const [column, type] = storedColumns[name];
    return { column, type, valueOf: (offer: StoredOffer) => offer[name] };
  }),
  ...assessmentNames.map((name) => {
    const [column, type] = assessmentColumns[name];
    return { column, type, valueOf: ({ assessment }: StoredOffer) => assessment[name] };
  }),
];

/**
 * Returns the value of a column as a parameter. The driver would send a list as an array of Postgres and a text as it is,
 * so JSON is converted here.
 */
export const parameterOf = (type: string, value: unknown): unknown =>
  value !== null && type === 'jsonb' ? JSON.stringify(value) : value;
