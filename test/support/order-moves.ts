import { DataSource } from 'typeorm';
import type { ItemStatus } from '../../src/orders/lifecycle/item-status.js';
import type { TestTeam } from './factories.js';
import type { Harness, Reply } from './harness.js';
import { makeOrder } from './order-factories.js';

/** The path that leads from a new item to each status. */
const paths: Record<ItemStatus, readonly ItemStatus[]> = {
  pending: [],
  submitted_to_provider: [],
  accepted: ['accepted'],
  scheduled: ['accepted', 'scheduled'],
  in_progress: ['accepted', 'in_progress'],
  completed: ['accepted', 'completed'],
  active: ['accepted', 'active'],
  failed: ['accepted', 'failed'],
  cancelled: ['cancelled'],
  rejected: ['rejected'],
};

/** A provider with an offer, a reseller, and what both do with orders of that offer. */
export class OrderMoves {
  constructor(
    readonly harness: Harness,
    readonly provider: TestTeam,
    readonly reseller: TestTeam,
    readonly offerId: string,
  ) {}

  readonly move = (itemId: string, status: string, more: object = {}, headers: Record<string, string> = {}) =>
    this.send(this.provider, `/provider/orders/${itemId}/status`, { status, ...more }, headers);

  readonly answer = (itemId: string, decision: string, more: object = {}) =>
    this.send(this.provider, `/provider/orders/${itemId}/cancellation`, { decision, ...more });

  readonly cancel = (orderId: string, body?: object, headers: Record<string, string> = {}) =>
    this.send(this.reseller, `/reseller/orders/${orderId}/cancel`, body, headers);

  readonly item = async (itemId: string): Promise<Reply['body']> =>
    (await this.harness.call('GET', `/provider/orders/${itemId}`, undefined, this.provider)).body;

  readonly order = async (orderId: string): Promise<Reply['body']> =>
    (await this.harness.call('GET', `/reseller/orders/${orderId}`, undefined, this.reseller)).body;

  /** Places an order of one item and brings the item to a status. */
  async placed(status: ItemStatus = 'submitted_to_provider'): Promise<{ orderId: string; itemId: string }> {
    const { orderId, items } = await makeOrder(this.harness, this.reseller, [this.offerId]);
    const itemId = items[0].itemId as string;
    for (const next of paths[status]) {
      const reply = await this.move(itemId, next);
      if (reply.status !== 200) throw new Error(reply.text);
    }
    // No request leaves an item in this status.
    if (status === 'pending')
      await this.harness.app
        .get(DataSource)
        .query(`UPDATE order_items SET status = 'pending' WHERE id = $1`, [itemId]);
    return { orderId, itemId };
  }

  private send(team: TestTeam, path: string, body?: object, headers: Record<string, string> = {}) {
    return this.harness.call('PATCH', path, body, { key: team.key, headers });
  }
}
