/** A kind of message. `T` is the type of its content, which must be serializable as JSON. */
export interface Topic<T> {
  readonly name: string;
  /** Never set. Without it, TypeScript would not check the type of the content. */
  readonly contentType?: T;
}

/**
 * Exchanges messages between a worker and the primary process that started it,
 * in the order in which they are sent.
 */
export interface Channel {
  /** Resolves once the message has been handed over. A message to a process that has exited is dropped. */
  send<T>(topic: Topic<T>, content: T): Promise<void>;
  listen<T>(topic: Topic<T>, listener: (content: T) => void): void;
}

/** Injection token of the Channel to the primary. The value is null if there is only one process. */
export const CHANNEL = Symbol('channel');
