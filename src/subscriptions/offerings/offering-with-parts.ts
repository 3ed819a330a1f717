import { In, type EntityManager } from 'typeorm';
import { lockOwn } from '../../sql/own-row.js';
import { noneFound } from '../json-api/json-api-errors.js';
import { OfferingPlan } from './parts/offering-plan.entity.js';
import { OfferingProduct } from './parts/offering-product.entity.js';
import { Offering } from './offering.entity.js';

/** An offering with its snapshots, each kind in the order in which it came in. */
export interface WholeOffering {
  offering: Offering;
  products: OfferingProduct[];
  plans: OfferingPlan[];
}

/**
 * Loads the snapshots of the offerings with two statements, however many there are; with `namesOnly` no more of them
 * than an answer needs that shows none.
 */
export async function withParts(
  tx: EntityManager,
  offerings: Offering[],
  { namesOnly = false } = {},
): Promise<WholeOffering[]> {
  const where = { offeringId: In(offerings.map((offering) => offering.id)) };
  const find = { where, order: { position: 'ASC' } } as const;
  const names = { id: true, offeringId: true, position: true } as const;
  const productNames = namesOnly ? { select: { ...names, externalRef: true } } : {};
  const planNames = namesOnly ? { select: names } : {};
  const products = groupByOffering(await tx.find(OfferingProduct, { ...find, ...productNames }));
  const plans = groupByOffering(await tx.find(OfferingPlan, { ...find, ...planNames }));
  return offerings.map((offering) => ({
    offering,
    products: products.get(offering.id) ?? [],
    plans: plans.get(offering.id) ?? [],
  }));
}

const missing = () => noneFound('offering');

/** An own offering under the lock of its row, until the transaction ends. @throws DomainError NOT_FOUND */
export async function lockWhole(tx: EntityManager, teamId: string, id: string): Promise<WholeOffering> {
  const offering = await lockOwn(tx, Offering, { teamId, id }, missing);
  const [whole] = await withParts(tx, [offering]);
  if (!whole) throw missing();
  return whole;
}

function groupByOffering<T extends { offeringId: string }>(parts: T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const part of parts) {
    const group = groups.get(part.offeringId);
    if (group) group.push(part);
    else groups.set(part.offeringId, [part]);
  }
  return groups;
}
