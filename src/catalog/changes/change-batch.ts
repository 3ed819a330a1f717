import type { ChangesPosition } from './changes-cursor.js';
import type { AffectedOffer, LoggedChange } from './changes.query.js';
import type { Reseller } from '../visibility.js';

export interface BatchEntry {
  id: string;
  /** Whether an `upsert` is sent if the offer is visible. */
  sendUpsert: boolean;
  /** Whether a `remove` is sent if the offer is not visible. */
  sendRemove: boolean;
  /** Where the next response continues if this entry is the last one. */
  next: ChangesPosition;
}

/** Collects the offers of one response. Each offer is included once, with what is sent about it. */
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
  addAffected({ id, visible, wasVisible }: AffectedOffer, next: ChangesPosition): void {
    if (visible || wasVisible) this.note({ id, sendUpsert: true, sendRemove: wasVisible, next });
  }

  /** Adds an offer that was itself changed. */
  addLogged(
    { offerId, teamId, audience, audienceIds, audienceOnly }: LoggedChange,
    reseller: Reseller,
    next: ChangesPosition,
  ): void {
    if (offerId === null) return;
    const own = teamId === reseller.id && audience !== null;
    const wasVisible =
      own || audience === 'public' || (audience === 'selected' && !!audienceIds?.includes(reseller.id));
    if (audience === 'preferred' && !own) this.partnerProviders.set(offerId, teamId);
    this.note({ id: offerId, sendUpsert: !(audienceOnly && wasVisible), sendRemove: wasVisible, next });
  }

  private note(added: BatchEntry): void {
    const entry = this.offers.get(added.id);
    if (!entry) this.offers.set(added.id, added);
    else {
      entry.sendUpsert ||= added.sendUpsert;
      entry.sendRemove ||= added.sendRemove;
    }
  }
}
