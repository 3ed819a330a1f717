import type { Harness, Reply } from './harness.js';
import type { TestTeam } from './factories.js';

export const base = '/subscriptions';
export const unknownId = '0190c3de-9999-7000-8000-000000000009';

export const productAttributes = { name: 'City bike' };
export const planAttributes = {
  name: 'Monthly',
  billing_interval_type: 'month',
  billing_frequency: 1,
  plan_length: 12,
  end_behavior: 'roll',
  can_pause: true,
  can_resume: true,
  can_cancel: true,
};

/** Returns a price in euro cents, excluding taxes. */
export const eur = (amount: number) => ({ EUR: { amount, includes_tax: false } });

/** Shorthands for one team's requests under /subscriptions. */
export class Shop {
  constructor(
    readonly harness: Harness,
    readonly team: TestTeam,
  ) {}

  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const key = 'x-api-key' in headers ? undefined : this.team.key;
    return this.harness.call(method, `${base}${path}`, body, { key, headers });
  }

  get(path: string, headers?: Record<string, string>): Promise<Reply> {
    return this.send('GET', path, undefined, headers);
  }

  create(kind: 'product' | 'plan' | 'offering', attributes: object, more: object = {}): Promise<Reply> {
    const data = { type: `subscription_${kind}`, attributes, ...more };
    return this.send('POST', `/${kind}s`, { data });
  }

  /** Creates a valid resource and returns its ID. */
  async id(kind: 'product' | 'plan' | 'offering', attributes: object = {}): Promise<string> {
    const standard = { product: productAttributes, plan: planAttributes, offering: { name: 'Bike club' } };
    const reply = await this.create(kind, { ...standard[kind], ...attributes });
    if (reply.status !== 201) throw new Error(reply.text);
    return reply.body.data.id;
  }

  build(products: unknown[], plans: unknown[], more: object = {}): Promise<Reply> {
    return this.send('POST', '/offerings/build', { data: { name: 'Bike club', products, plans, ...more } });
  }

  /** Builds a valid offering and returns its ID. */
  async built(products: unknown[], plans: unknown[], more: object = {}): Promise<string> {
    const reply = await this.build(products, plans, more);
    if (reply.status !== 201) throw new Error(reply.text);
    return reply.body.data.id;
  }

  /** Builds an offering from one inline product and one inline plan, and returns its ID. */
  simple(more: object = {}): Promise<string> {
    return this.built([{ name: 'Helmet', price: eur(1000) }], [planAttributes], more);
  }

  update(path: string, type: string, attributes: object, headers?: Record<string, string>): Promise<Reply> {
    const id = path.split('/').at(-1);
    return this.send('PUT', path, { data: { id, type: `subscription_${type}`, attributes } }, headers);
  }

  /** Returns the IDs of the products or plans in an offering. */
  async parts(offering: string, kind: 'products' | 'plans'): Promise<string[]> {
    const reply = await this.get(`/offerings/${offering}/${kind}`);
    return reply.body.data.map((part: { id: string }) => part.id);
  }

  /** Returns the computed price of the first plan in an offering. */
  async price(offering: string): Promise<unknown> {
    return (await this.get(`/offerings/${offering}/plans`)).body.data[0].meta.price;
  }
}

/** Returns the details of the errors in a response. */
export const details = (reply: Reply): string[] =>
  reply.body.errors.map((error: { detail: string }) => error.detail);
