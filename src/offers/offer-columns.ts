import type { Area } from '../areas/area.js';
import { OfferFields } from './offer-fields.js';
import { storedFieldsOf } from '../sql/stored-field.js';

/** The columns of an offer that its provider sets: the fields in the form in which they are stored. */
export interface OfferColumns extends Omit<
  OfferFields,
  'monthlyPrice' | 'serviceArea' | 'metadata' | 'keyFeatures' | 'allowedResellers'
> {
  metadata: object;
  keyFeatures: string[];
  allowedResellers: string[];
  /** In the minor unit of the currency. */
  monthlyPriceMinor: bigint | null;
}

/** The columns that the service sets. */
interface ManagedColumns {
  id: string;
  teamId: string;
  /** ISO 4217, the team's default when the offer was created. */
  currency: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** An offer with all its columns, and the service area that it shares with others. */
export interface StoredOffer extends OfferColumns, ManagedColumns {
  area: Area | null;
}

type ColumnTable<T> = Record<keyof T, [column: string, type: string]>;

/** Column and SQL type of each field that the provider sets. */
export const offerColumns = Object.fromEntries(
  storedFieldsOf(OfferFields).map(({ name, column, type }) => [name, [column, type]]),
) as ColumnTable<OfferColumns>;
export const columnNames = Object.keys(offerColumns) as (keyof OfferColumns)[];

const managedColumns: ColumnTable<ManagedColumns> = {
  id: ['id', 'uuid'],
  teamId: ['team_id', 'uuid'],
  currency: ['currency', 'text'],
  version: ['version', 'integer'],
  createdAt: ['created_at', 'timestamptz'],
  updatedAt: ['updated_at', 'timestamptz'],
};

/** All columns of an offer except its service area. */
export const storedColumns = { ...managedColumns, ...offerColumns };
export const storedNames = Object.keys(storedColumns) as (keyof typeof storedColumns)[];
