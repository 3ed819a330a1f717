import type { ChangesPosition } from './changes-cursor.js';
import type { AffectedOffer, LoggedChange } from './changes.query.js';
import type { Reseller } from '../visibility.js';

/** What a reseller needs to see an offer. */
export interface Needed {
  /** The provider whose preferred partner it must be. */
  provider?: string;
  /** The licenses of which it must hold one. */
  licenses?: readonly string[];
}

/** What a reseller has had at some time. */
export interface PastAndPresent {
  providers: ReadonlySet<string>;
  licenses: ReadonlySet<string>;
}

/** Returns whether the reseller can have seen an offer. */
export const canHaveSeen = ({ seenWith }: BatchEntry, { providers, licenses }: PastAndPresent): boolean =>
  seenWith.some(
    (needed) =>
      (needed.provider === undefined || providers.has(needed.provider)) &&
      (needed.licenses === undefined || needed.licenses.some((license) => licenses.has(license))),
  );

export interface BatchEntry {
  id: string;
  /** Whether an `upsert` is sent if the offer is visible. */
  sendUpsert: boolean;
  /** Whether a `remove` is sent if the offer is not visible. */
  sendRemove: boolean;
  /** What the reseller must have had at some time to have seen the offer; if so, a `remove` is sent as well. */
  seenWith: readonly Needed[];
  /** Where the next response continues if this entry is the last one. */
  next: ChangesPosition;
}

/** Collects the offers of one response. Each offer is included once, with what is sent about it. */
export class ChangeBatch {
  private readonly offers = new Map<string, BatchEntry>();

  constructor(private readonly limit: number) {}

  get room(): number {
    return this.limit - this.offers.size;
  }

  get entries(): BatchEntry[] {
    return [...this.offers.values()];
  }

  /** Adds an offer that is affected by a change to its provider, to a partnership or to a license. */
  addAffected({ id, visible, wasVisible }: AffectedOffer, next: ChangesPosition): void {
    if (visible || wasVisible)
      this.note({ id, sendUpsert: true, sendRemove: wasVisible, seenWith: [], next });
  }

  /** Adds an offer that was itself changed. */
  addLogged(
    { offerId, teamId, audience, audienceIds, audienceOnly, licenses }: LoggedChange,
    reseller: Reseller,
    next: ChangesPosition,
  ): void {
    if (offerId === null) return;
    const own = teamId === reseller.id && audience !== null;
    const isListed =
      own || audience === 'public' || (audience === 'selected' && !!audienceIds?.includes(reseller.id));
    const needed: Needed = {
      ...(audience === 'preferred' && !own && { provider: teamId }),
      ...(reseller.needsLicenses && licenses && !own && { licenses }),
    };
    const mayHaveSeen = (isListed || audience === 'preferred') && Object.keys(needed).length > 0;
    const wasVisible = isListed && !mayHaveSeen;
    this.note({
      id: offerId,
      sendUpsert: !(audienceOnly && wasVisible),
      sendRemove: wasVisible,
      seenWith: mayHaveSeen ? [needed] : [],
      next,
    });
  }

  private note(added: BatchEntry): void {
    const entry = this.offers.get(added.id);
    if (!entry) this.offers.set(added.id, added);
    else {
      entry.sendUpsert ||= added.sendUpsert;
      entry.sendRemove ||= added.sendRemove;
      entry.seenWith = [...entry.seenWith, ...added.seenWith];
    }
  }
}
