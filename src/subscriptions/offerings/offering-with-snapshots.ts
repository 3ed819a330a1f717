import { In, type DataSource, type EntityManager, type FindOptionsSelect } from 'typeorm';
import { sizeInBytes } from '../../paging/sized-rows.js';
import { lockOwn } from '../../sql/own-row.js';
import { notFound } from '../json-api/json-api-errors.js';
import { Offering } from './offering.entity.js';
import { OfferingPlan } from './snapshots/offering-plan.entity.js';
import { OfferingProduct } from './snapshots/offering-product.entity.js';

/** An offering and its snapshots, in the order in which they were attached. */
export interface OfferingWithSnapshots {
  offering: Offering;
  products: OfferingProduct[];
  plans: OfferingPlan[];
}

/** The kinds of snapshots that a response contains completely. */
export type IncludedKinds = readonly ('products' | 'plans')[];

const ids = ['id', 'offeringId', 'position'] as const;
const productRefs = [...ids, 'externalRef'] as const;
const productPrices = [...productRefs, 'price', 'priceUnit', 'priceUnitAmount'] as const;
const planPrices = [
  ...ids,
  'billingIntervalType',
  'billingFrequency',
  'basePricePercentage',
  'fixedPrice',
] as const;

/** The columns to read: all columns of the kinds to include, and the product prices, from which plan prices follow. */
const columnsFor = (include: IncludedKinds) => ({
  products: include.includes('products')
    ? undefined
    : include.includes('plans')
      ? productPrices
      : productRefs,
  plans: include.includes('plans') ? undefined : ids,
});

/**
 * Loads the snapshots of the offerings with two statements, regardless of the number of offerings. Of a kind that is not
 * included, loads only the columns required for the offering itself: the IDs, and the references of the products.
 */
export async function loadSnapshots(
  manager: EntityManager,
  offerings: Offering[],
  include: IncludedKinds = [],
): Promise<OfferingWithSnapshots[]> {
  const columns = columnsFor(include);
  return readSnapshots(manager, offerings, columns.products, columns.plans);
}

async function readSnapshots(
  manager: EntityManager,
  offerings: Offering[],
  productColumns: readonly (keyof OfferingProduct)[] | undefined,
  planColumns: readonly (keyof OfferingPlan)[] | undefined,
): Promise<OfferingWithSnapshots[]> {
  const where = { offeringId: In(offerings.map((offering) => offering.id)) };
  const options = { where, order: { position: 'ASC' } } as const;
  const products = groupByOffering(
    await manager.find(OfferingProduct, { ...options, select: selection(productColumns) }),
  );
  const plans = groupByOffering(
    await manager.find(OfferingPlan, { ...options, select: selection(planColumns) }),
  );
  return offerings.map((offering) => ({
    offering,
    products: products.get(offering.id) ?? [],
    plans: plans.get(offering.id) ?? [],
  }));
}

const selection = <T>(columns: readonly (keyof T & string)[] | undefined) =>
  columns && (Object.fromEntries(columns.map((name) => [name, true])) as FindOptionsSelect<T>);

/** Bytes in JSON of a reference to a snapshot, and of a snapshot without the values of its attributes. */
const [linkageBytes, snapshotBytes] = [100, 450];

/** Returns an SQL expression for the bytes that its snapshots add to an offering in a response. */
export function bytesOfSnapshots(dataSource: DataSource, include: IncludedKinds = []): string {
  const columns = columnsFor(include);
  const bytesOf = (entity: typeof OfferingProduct | typeof OfferingPlan, only?: readonly string[]) => {
    const metadata = dataSource.getMetadata(entity);
    const size = sizeInBytes('snapshot', metadata, { only, fixed: only ? linkageBytes : snapshotBytes });
    return `coalesce((SELECT sum(${size}) FROM ${metadata.tableName} snapshot
      WHERE snapshot.offering_id = offering.id), 0)`;
  };
  return `${bytesOf(OfferingProduct, columns.products)} + ${bytesOf(OfferingPlan, columns.plans)}`;
}

const offeringNotFound = () => notFound('offering');

/**
 * Reads one of the team's offerings and locks its row until the transaction ends. Of the snapshots, reads only the columns
 * that decide whether a change is allowed.
 * @throws DomainError NOT_FOUND
 */
export async function lockOffering(
  manager: EntityManager,
  teamId: string,
  id: string,
): Promise<OfferingWithSnapshots> {
  const offering = await lockOwn(manager, Offering, { teamId, id }, offeringNotFound);
  const [locked] = await readSnapshots(
    manager,
    [offering],
    [...productPrices, 'originId'],
    [...planPrices, 'originId'],
  );
  if (!locked) throw offeringNotFound();
  return locked;
}

function groupByOffering<T extends { offeringId: string }>(snapshots: T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const snapshot of snapshots) {
    const group = groups.get(snapshot.offeringId);
    if (group) group.push(snapshot);
    else groups.set(snapshot.offeringId, [snapshot]);
  }
  return groups;
}
