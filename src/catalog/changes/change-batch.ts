import type { Concerned, LoggedChange } from './changes.query.js';
import type { Reseller } from '../visibility.js';

/** What is gathered for one answer: every offer once, with whether the reseller has to forget it when it is gone. */
export class ChangeBatch {
  private readonly offers = new Map<string, boolean>();
  /** Providers of offers that only a partner could see. */
  readonly partnersAsked = new Map<string, string>();

  constructor(private readonly limit: number) {}

  get room(): number {
    return this.limit - this.offers.size;
  }

  get entries(): [id: string, forget: boolean][] {
    return [...this.offers];
  }

  /** An offer that an event of many offers concerns. */
  addConcerned({ id, visible, meant }: Concerned): void {
    if (visible || meant) this.note(id, meant);
  }

  /** An offer that changed itself. */
  addLogged({ offerId, teamId, audience, audienceIds }: LoggedChange, reseller: Reseller): void {
    if (offerId === null) return;
    const own = teamId === reseller.id && audience !== null;
    const forget =
      own || audience === 'public' || (audience === 'selected' && !!audienceIds?.includes(reseller.id));
    if (audience === 'preferred' && !own) this.partnersAsked.set(offerId, teamId);
    this.note(offerId, forget);
  }

  private note(id: string, forget: boolean): void {
    this.offers.set(id, forget || (this.offers.get(id) ?? false));
  }
}
