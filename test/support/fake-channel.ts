import type { Channel, Topic } from '../../src/common/channel.js';

/** Returns two connected channels within one process. Messages are delivered immediately, as JSON. */
export function channelPair(): [Channel, Channel] {
  const listeners: Map<string, ((content: never) => void)[]>[] = [new Map(), new Map()];
  const end = (own: number): Channel => ({
    send: async <T>({ name }: Topic<T>, content: T) => {
      for (const listener of listeners[1 - own]?.get(name) ?? [])
        listener(JSON.parse(JSON.stringify(content)) as never);
    },
    listen: ({ name }, listener) => {
      listeners[own]?.set(name, [...(listeners[own]?.get(name) ?? []), listener]);
    },
  });
  return [end(0), end(1)];
}
