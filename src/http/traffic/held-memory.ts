import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** One team uses at most this share of the memory. */
const teamShare = 1 / 4;
/** The buffers of a stream: lines that were read and not yet written, or rows that the client has not read. */
export const streamBytes = 1_048_576;

/** Returns the memory that an answer takes until the client has read it. */
export function bytesHeldBy(answer: unknown): number {
  if (typeof answer === 'string' || Buffer.isBuffer(answer)) return answer.length;
  return answer instanceof Readable ? streamBytes : 0;
}

/**
 * Counts the memory that requests hold on behalf of slow clients: bodies that are arriving, answers that are not yet
 * read, and the buffers of streams. Without a limit, a client could fill the memory of the process with requests that
 * it never finishes.
 */
export class HeldMemory {
  private readonly byRequest = new Map<IncomingMessage, { team: string; bytes: number }>();
  private readonly byTeam = new Map<string, number>();
  private total = 0;

  /** @param maxBytes the limit for the process */
  constructor(private readonly maxBytes: number) {}

  get bytes(): number {
    return this.total;
  }

  has(request: IncomingMessage): boolean {
    return this.byRequest.has(request);
  }

  /**
   * Adds to the memory that the request holds until `release`.
   * @returns false, and adds nothing, if the process or the team would hold too much
   */
  hold(request: IncomingMessage, team: string, bytes: number): boolean {
    const ofTeam = (this.byTeam.get(team) ?? 0) + bytes;
    if (this.total + bytes > this.maxBytes || ofTeam > this.maxBytes * teamShare) return false;
    this.total += bytes;
    this.byTeam.set(team, ofTeam);
    const held = this.byRequest.get(request);
    if (held) held.bytes += bytes;
    else this.byRequest.set(request, { team, bytes });
    return true;
  }

  /** Releases everything that the request holds. */
  release(request: IncomingMessage): void {
    const held = this.byRequest.get(request);
    if (!held) return;
    this.byRequest.delete(request);
    this.total -= held.bytes;
    const ofTeam = (this.byTeam.get(held.team) ?? 0) - held.bytes;
    if (ofTeam > 0) this.byTeam.set(held.team, ofTeam);
    else this.byTeam.delete(held.team);
  }
}
