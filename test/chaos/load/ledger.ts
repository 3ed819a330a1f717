/** What the clients of a team know about one of their offers. */
export interface KnownOffer {
  sku: string;
  /** Undefined until the offer is confirmed. */
  id?: string;
  version: number;
  /** The last confirmed name; every write sets another one. */
  name: string;
  /** Names that unconfirmed writes may have set. */
  possibleNames: string[];
  isDeleted: 'no' | 'perhaps' | 'yes';
}

/** An offer as the service stores it. */
export interface StoredOffer {
  id: string;
  sku: string | null;
  name: string;
  version: number;
}

export interface Audit {
  /** Confirmed writes of which the service knows nothing. */
  lost: string[];
  /** Objects that one write created twice. */
  duplicated: string[];
}

/** All writes of a team, and which of them were confirmed. */
export class Ledger {
  acknowledged = 0;
  private offers = new Map<string, KnownOffer>();
  /** Objects without a key that would let a client send them again: whether they are confirmed, by their unique name. */
  private unkeyed = new Map<string, boolean>();

  /** Notes that a write of an offer is about to be sent. */
  plan(sku: string, name: string): KnownOffer {
    const offer = this.offers.get(sku) ?? { sku, version: 0, name: '', possibleNames: [], isDeleted: 'no' };
    offer.possibleNames.push(name);
    this.offers.set(sku, offer);
    return offer;
  }

  confirm(offer: KnownOffer, name: string, { id, version }: { id: string; version: number }): void {
    this.acknowledged += 1;
    Object.assign(offer, { id, name, version, possibleNames: [] });
  }

  confirmDeleted(offer: KnownOffer): void {
    this.acknowledged += 1;
    offer.isDeleted = 'yes';
  }

  planUnkeyed(name: string): void {
    this.unkeyed.set(name, false);
  }

  confirmUnkeyed(name: string): void {
    this.acknowledged += 1;
    this.unkeyed.set(name, true);
  }

  /** Returns the confirmed offers whose SKU has the prefix and of which no write is unconfirmed, oldest first. */
  certain(prefix: string): KnownOffer[] {
    return [...this.offers.values()].filter(
      ({ sku, id, possibleNames, isDeleted }) =>
        sku.startsWith(prefix) && id !== undefined && possibleNames.length === 0 && isDeleted === 'no',
    );
  }

  /** @returns a function that forgets everything since, as a database does that is restored */
  remember(): () => void {
    const { acknowledged } = this;
    const [offers, unkeyed] = structuredClone([this.offers, this.unkeyed] as const);
    return () => Object.assign(this, { acknowledged, offers, unkeyed });
  }

  /** Compares the ledger with what the service has stored. */
  audit(stored: readonly StoredOffer[], storedUnkeyed: readonly string[]): Audit {
    const bySku = new Map(stored.map((offer) => [offer.sku, offer]));
    const names = new Set(storedUnkeyed);
    const lost = [...this.offers.values()].flatMap((offer) => lossOf(offer, bySku.get(offer.sku)) ?? []);
    const lostUnkeyed = [...this.unkeyed].filter(([name, isConfirmed]) => isConfirmed && !names.has(name));
    return {
      lost: [...lost, ...lostUnkeyed.map(([name]) => `${name} is missing`)],
      duplicated: [...repeated(stored.map(({ sku }) => sku ?? '')), ...repeated(storedUnkeyed)],
    };
  }
}

const repeated = (keys: readonly string[]) => keys.filter((key, index) => keys.indexOf(key) !== index);

/** Returns how the stored offer contradicts what was confirmed, if it does. */
function lossOf(
  { sku, id, name, possibleNames, isDeleted }: KnownOffer,
  stored?: StoredOffer,
): string | undefined {
  if (id === undefined || isDeleted === 'perhaps') return undefined;
  if (isDeleted === 'yes') return stored && `${sku} is back after it was deleted`;
  if (!stored) return `${sku} is missing`;
  if (stored.id !== id) return `${sku} has the ID ${stored.id} instead of ${id}`;
  return stored.name === name || possibleNames.includes(stored.name)
    ? undefined
    : `${sku} is "${stored.name}" instead of "${name}"`;
}
