import type { Worker } from 'node:cluster';

/** The messages with which Node's primary hands a connection to a worker, and with which the worker confirms it. */
interface HandOver {
  act?: string;
  seq?: number;
}
interface Confirmation {
  ack?: number;
}

interface ConnectionHandle {
  close(): void;
}

type Send = (message: HandOver, handle?: ConnectionHandle, ...more: unknown[]) => boolean;

/**
 * Watches the connections that Node hands to a worker. Node forgets those that the worker has not confirmed when it
 * exits, and their clients would wait forever. Instead, they are handed to other workers as if the worker had declined
 * them, or closed if there is no other worker. The messages are internal to Node: a test in workers.spec.ts fails if
 * they change.
 * @param hasOthers returns whether another worker can take over
 */
export function passOnWhenWorkerExits(worker: Worker, hasOthers: () => boolean): void {
  const { process } = worker;
  const unconfirmed = new Map<number, ConnectionHandle>();
  const send = process.send.bind(process) as Send;
  process.send = ((message, handle, ...more) => {
    if (message.act === 'newconn' && message.seq !== undefined && handle)
      unconfirmed.set(message.seq, handle);
    return send(message, handle, ...more);
  }) as Send as typeof process.send;
  process.on('internalMessage', ({ ack }: Confirmation) => {
    if (ack !== undefined) unconfirmed.delete(ack);
  });
  process.once('exit', () => {
    for (const [ack, handle] of unconfirmed)
      if (hasOthers()) process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: false });
      else handle.close();
  });
}
