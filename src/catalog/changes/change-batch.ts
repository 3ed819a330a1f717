import type { ChangesPosition } from './changes-cursor.js';
import type { AffectedOffer, LoggedChange } from './changes.query.js';
import type { Reseller } from '../visibility.js';

export interface BatchEntry {
  id: string;
  /** Whether a `remove` is sent if the offer is not visible. */
  sendRemove: boolean;
  /** Where the next response continues if this entry is the last one. */
  next: ChangesPosition;
}

/**
 * Collects the offers of one response. Each offer is included once, with a flag that determines whether a
 * `remove` is sent if the offer is not visible.
 */
export class ChangeBatch {
  private readonly offers = new Map<string, BatchEntry>();
  /** Providers of offers that only preferred partners could see, by offer ID. */
  readonly partnerProviders = new Map<string, string>();

  constructor(private readonly limit: number) {}

  get room(): number {
    return this.limit - this.offers.size;
  }

  get entries(): BatchEntry[] {
    return [...this.offers.values()];
  }

  /** Adds an offer that is affected by a change to its provider or to a partnership. */
  addAffected({ id, visible, meant }: AffectedOffer, next: ChangesPosition): void {
    if (visible || meant) this.note(id, meant, next);
  }

  /** Adds an offer that was itself changed. */
  addLogged(
    { offerId, teamId, audience, audienceIds }: LoggedChange,
    reseller: Reseller,
    next: ChangesPosition,
  ): void {
    if (offerId === null) return;
    const own = teamId === reseller.id && audience !== null;
    const sendRemove =
      own || audience === 'public' || (audience === 'selected' && !!audienceIds?.includes(reseller.id));
    if (audience === 'preferred' && !own) this.partnerProviders.set(offerId, teamId);
    this.note(offerId, sendRemove, next);
  }

  private note(id: string, sendRemove: boolean, next: ChangesPosition): void {
    const entry = this.offers.get(id);
    if (entry) entry.sendRemove ||= sendRemove;
    else this.offers.set(id, { id, sendRemove, next });
  }
}
