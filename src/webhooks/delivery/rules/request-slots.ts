/** A request that is in flight. */
export interface Slot {
  /** Counts it among those of unhealthy endpoints from now on, because it waits for a long time. */
  markUnhealthy(): void;
  /** Must be called once, at the end of the request. */
  release(): void;
}

/**
 * Limits the requests that are in flight. Endpoints that fail or respond slowly share a half of the places, and the
 * endpoints of one team a quarter, so that they do not delay the others. Half of the places are always left to requests
 * to healthy endpoints that have just begun, even if many endpoints stop responding at the same moment: then there are
 * up to four times as many requests.
 */
export class RequestSlots {
  total = 0;
  private unhealthy = 0;
  private readonly byTeam = new Map<string, number>();
  private readonly half: number;
  private readonly perTeam: number;

  /** @param capacity at least 1 */
  constructor(readonly capacity: number) {
    this.half = Math.max(1, Math.floor(capacity / 2));
    this.perTeam = Math.max(1, Math.floor(capacity / 4));
  }

  /** How many requests to unhealthy endpoints there can be. */
  get capacityForUnhealthy(): number {
    return this.half;
  }

  /** Whether a request can start, of a team that is below its share. */
  hasRoomFor(isHealthy: boolean): boolean {
    if (!isHealthy) return this.roomForUnhealthy > 0;
    const healthy = this.total - this.unhealthy;
    return this.total < this.capacity || (healthy < this.half && this.total < this.capacity * 4);
  }

  /** How many requests to unhealthy endpoints could start. */
  get roomForUnhealthy(): number {
    return Math.min(this.half - this.unhealthy, this.capacity * 4 - this.total);
  }

  /** @returns undefined if the request must wait */
  take(teamId: string, isHealthy: boolean): Slot | undefined {
    const ofTeam = this.byTeam.get(teamId) ?? 0;
    if (ofTeam >= this.perTeam || !this.hasRoomFor(isHealthy)) return undefined;
    this.byTeam.set(teamId, ofTeam + 1);
    this.total += 1;
    let counted = isHealthy;
    if (!isHealthy) this.unhealthy += 1;
    return {
      markUnhealthy: () => {
        if (counted) this.unhealthy += 1;
        counted = false;
      },
      release: () => {
        this.total -= 1;
        if (!counted) this.unhealthy -= 1;
        const left = (this.byTeam.get(teamId) ?? 1) - 1;
        if (left > 0) this.byTeam.set(teamId, left);
        else this.byTeam.delete(teamId);
      },
    };
  }
}
