/** What a message is about; `T` is what it carries, as JSON can. */
export interface Topic<T> {
  readonly name: string;
  /** Never there; it ties `T` to the topic. */
  readonly carries?: T;
}

/** The line between a worker and the primary that started it; messages arrive in the order they were sent. */
export interface Channel {
  /** Done when the message is on its way; one to an end that is gone is dropped. */
  send<T>(topic: Topic<T>, content: T): Promise<void>;
  listen<T>(topic: Topic<T>, listener: (content: T) => void): void;
}

/** Injection token of the Channel to the primary; null in a process that works alone. */
export const CHANNEL = Symbol('channel');
