import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

declare module 'fastify' {
  interface FastifyInstance {
    /** The requests of this process, for handlers that wait without doing anything. */
    inFlight: InFlight;
  }
}

/**
 * The requests of this process that have no complete answer yet. Those that wait for their client, because a body
 * is arriving or an answer is being read, are counted apart: they use no CPU time, and a few slow clients must not
 * fill the cap.
 */
export class InFlight {
  private readonly running = new Set<IncomingMessage>();
  private readonly waiting = new Set<IncomingMessage>();

  /** @param max the number of running requests beyond which further ones are refused; 0 for no cap */
  constructor(private readonly max: number) {}

  get runningCount(): number {
    return this.running.size;
  }

  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Whether a further request is beyond the cap. */
  get isFull(): boolean {
    return this.max > 0 && this.running.size >= this.max;
  }

  /** Counts a request. @returns false if it is beyond the cap */
  admit(request: IncomingMessage): boolean {
    if (this.isFull) return false;
    this.running.add(request);
    return true;
  }

  /** The request now waits for its client, or for something to happen. */
  pause(request: IncomingMessage): void {
    if (this.running.delete(request)) this.waiting.add(request);
  }

  /** The request runs again. It is never refused at this point, so the cap can be exceeded for a moment. */
  resume(request: IncomingMessage): void {
    if (this.waiting.delete(request)) this.running.add(request);
  }

  end(request: IncomingMessage): void {
    if (!this.running.delete(request)) this.waiting.delete(request);
  }

  /** Returns whether a request that came over the socket has no complete answer yet. Slow: for rare events. */
  has(socket: Socket): boolean {
    return [...this.running, ...this.waiting].some((request) => request.socket === socket);
  }
}
