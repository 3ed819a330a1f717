import type { Channel, Topic } from '../../common/channel.js';

/** One end of Node's IPC channel: `process` in a worker, a Worker of `node:cluster` in the primary. */
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

/** Creates one end of the channel between a worker and the primary, over Node's IPC. Both ends need one. */
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
