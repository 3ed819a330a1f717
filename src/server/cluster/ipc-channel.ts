import type { Channel, Topic } from '../../common/channel.js';

/** `process` in a worker, a cluster's Worker in the primary. */
interface End {
  connected?: boolean;
  isConnected?(): boolean;
  send?(message: object, handle: undefined, options: undefined, sent: () => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

interface Envelope {
  topic: string;
  content: unknown;
}

/** The channel between a worker and the primary, over Node's own. Make one for each end. */
export function ipcChannel(end: End): Channel {
  const listeners: [topic: string, listener: (content: never) => void][] = [];
  end.on('message', (message) => {
    const { topic, content } = message as Envelope;
    for (const [name, listener] of listeners) if (name === topic) listener(content as never);
  });
  return {
    send: <T>({ name }: Topic<T>, content: T) =>
      new Promise((resolve) => {
        const isThere = end.isConnected?.() ?? end.connected;
        if (!isThere || !end.send) resolve();
        else end.send({ topic: name, content } satisfies Envelope, undefined, undefined, () => resolve());
      }),
    listen: (topic, listener) => void listeners.push([topic.name, listener]),
  };
}
