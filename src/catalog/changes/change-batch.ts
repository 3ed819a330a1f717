import type { AffectedOffer, LoggedChange } from './changes.query.js';
import type { Reseller } from '../visibility.js';

/**
 * Collects the offers of one response. Each offer is included once, with a flag that determines whether a
 * `remove` is sent if the offer is not visible.
 */
export class ChangeBatch {
  private readonly offers = new Map<string, boolean>();
  /** Providers of offers that only preferred partners could see, by offer ID. */
  readonly partnerProviders = new Map<string, string>();

  constructor(private readonly limit: number) {}

  get room(): number {
    return this.limit - this.offers.size;
  }

  get entries(): [id: string, sendRemove: boolean][] {
    return [...this.offers];
  }

  /** Adds an offer that is affected by a change to its provider or to a partnership. */
  addAffected({ id, visible, meant }: AffectedOffer): void {
    if (visible || meant) this.note(id, meant);
  }

  /** Adds an offer that was itself changed. */
  addLogged({ offerId, teamId, audience, audienceIds }: LoggedChange, reseller: Reseller): void {
    if (offerId === null) return;
    const own = teamId === reseller.id && audience !== null;
    const sendRemove =
      own || audience === 'public' || (audience === 'selected' && !!audienceIds?.includes(reseller.id));
    if (audience === 'preferred' && !own) this.partnerProviders.set(offerId, teamId);
    this.note(offerId, sendRemove);
  }

  private note(id: string, sendRemove: boolean): void {
    this.offers.set(id, sendRemove || (this.offers.get(id) ?? false));
  }
}
