import type { Channel, Topic } from '../../common/channel.js';

/** One end of Node's IPC channel: `process` in a worker, a cluster's Worker in the primary. */
interface IpcEndpoint {
  connected?: boolean;
  isConnected?(): boolean;
  send?(message: object, handle: undefined, options: undefined, sent: () => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

interface Envelope {
  topic: string;
  content: unknown;
}

/** The channel between a worker and the primary, over Node's IPC. Create one at each end. */
export function ipcChannel(endpoint: IpcEndpoint): Channel {
  const listeners: [topic: string, listener: (content: never) => void][] = [];
  endpoint.on('message', (message) => {
    const { topic, content } = message as Envelope;
    for (const [name, listener] of listeners) if (name === topic) listener(content as never);
  });
  return {
    send: <T>({ name }: Topic<T>, content: T) =>
      new Promise((resolve) => {
        const isConnected = endpoint.isConnected?.() ?? endpoint.connected;
        const envelope: Envelope = { topic: name, content };
        if (!isConnected || !endpoint.send) resolve();
        else endpoint.send(envelope, undefined, undefined, () => resolve());
      }),
    listen: (topic, listener) => void listeners.push([topic.name, listener]),
  };
}
