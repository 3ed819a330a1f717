import { In, type EntityManager } from 'typeorm';
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

/**
 * Loads the snapshots of the offerings with two statements, regardless of the number of offerings. With
 * `idsOnly`, loads only the columns required for responses without included snapshots: the IDs, and the
 * references of the products.
 */
export async function loadSnapshots(
  manager: EntityManager,
  offerings: Offering[],
  { idsOnly = false } = {},
): Promise<OfferingWithSnapshots[]> {
  const where = { offeringId: In(offerings.map((offering) => offering.id)) };
  const options = { where, order: { position: 'ASC' } } as const;
  const idColumns = { id: true, offeringId: true, position: true } as const;
  const productOptions = idsOnly ? { ...options, select: { ...idColumns, externalRef: true } } : options;
  const planOptions = idsOnly ? { ...options, select: idColumns } : options;
  const products = groupByOffering(await manager.find(OfferingProduct, productOptions));
  const plans = groupByOffering(await manager.find(OfferingPlan, planOptions));
  return offerings.map((offering) => ({
    offering,
    products: products.get(offering.id) ?? [],
    plans: plans.get(offering.id) ?? [],
  }));
}

const offeringNotFound = () => notFound('offering');

/**
 * Reads one of the team's offerings and locks its row until the transaction ends.
 * @throws DomainError NOT_FOUND
 */
export async function lockOffering(
  manager: EntityManager,
  teamId: string,
  id: string,
): Promise<OfferingWithSnapshots> {
  const offering = await lockOwn(manager, Offering, { teamId, id }, offeringNotFound);
  const [locked] = await loadSnapshots(manager, [offering]);
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
