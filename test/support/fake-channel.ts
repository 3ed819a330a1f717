import type { Channel, Topic } from '../../src/common/channel.js';

/** The two ends of a channel within one process; what is sent at one end is heard at the other at once, as JSON. */
export function channelPair(): [Channel, Channel] {
  const heard: Map<string, ((content: never) => void)[]>[] = [new Map(), new Map()];
  const end = (own: number): Channel => ({
    send: async <T>({ name }: Topic<T>, content: T) => {
      for (const listener of heard[1 - own]?.get(name) ?? [])
        listener(JSON.parse(JSON.stringify(content)) as never);
    },
    listen: ({ name }, listener) => {
      heard[own]?.set(name, [...(heard[own]?.get(name) ?? []), listener]);
    },
  });
  return [end(0), end(1)];
}
