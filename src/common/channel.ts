/** A kind of message; `T` is the type of its content, which must be JSON. */
export interface Topic<T> {
  readonly name: string;
  /** Never set. Declares the type of the content, which TypeScript would otherwise not check. */
  readonly contentType?: T;
}

/** Messages between a worker and the primary process that started it, delivered in the order sent. */
export interface Channel {
  /** Resolves when the message is handed over. A message to a process that has exited is dropped. */
  send<T>(topic: Topic<T>, content: T): Promise<void>;
  listen<T>(topic: Topic<T>, listener: (content: T) => void): void;
}

/** Injection token of the Channel to the primary; null in a process without workers. */
export const CHANNEL = Symbol('channel');
