import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { Client, Dispatcher, buildConnector } from 'undici';
import { Exchange } from './exchange.js';
import { FailedRequest, tlsFailure } from './failed-request.js';

/** How many bytes of a response are read, with its headers and chunk sizes, before it is cut at the end of a block. */
const RESPONSE_BYTES = 64 * 1024;
const KEEP_ALIVE_MS = 4_000;

/** What all connections share. */
export interface ConnectionSettings {
  readonly Client: typeof Client;
  readonly lookup: LookupFunction;
  readonly secureContext: SecureContext;
}

/** A connection to one origin. It connects once, and then carries one request after the other until it is closed. */
export class Connection {
  private readonly client: Client;
  private socket: Socket | undefined;
  private exchange: Exchange | undefined;
  private bytesBefore = 0;
  private deadlineAt = Infinity;

  /** @param onClose called when the connection is closed, by either side */
  constructor(
    private readonly settings: ConnectionSettings,
    readonly origin: string,
    onClose: (connection: Connection) => void,
  ) {
    this.client = new settings.Client(origin, {
      connect: (target, callback) => this.connect(target, callback),
      pipelining: 1,
      // More than can be read before the response is cut. The check of undici is slow: it creates an error per header.
      maxHeaderSize: 4 * RESPONSE_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      // The sender of a request sets one deadline for everything.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.client.on('disconnect', () => onClose(this));
    // undici has added its own listener before, so that it has parsed what was read.
    this.client.on('connect', () => this.socket?.on('readable', () => this.limitResponse()));
  }

  get isOpen(): boolean {
    return this.socket?.destroyed === false;
  }

  /**
   * Sends a request. Must not be called before the previous exchange is over.
   * @param deadlineAt nothing is sent after this time of `performance.now()`
   */
  send(request: Dispatcher.DispatchOptions, deadlineAt: number): Exchange {
    const exchange = new Exchange();
    this.exchange = exchange;
    this.deadlineAt = deadlineAt;
    this.bytesBefore = this.socket?.bytesRead ?? 0;
    this.client.dispatch(request, exchange);
    return exchange;
  }

  /** Closes the socket at once, even while it is connecting. */
  destroy(): Promise<void> {
    this.socket?.destroy();
    return this.client.destroy();
  }

  private connect(
    { protocol, hostname, port }: buildConnector.Options,
    callback: buildConnector.Callback,
  ): void {
    // undici connects again after some failures. Another connection belongs to another object.
    if (this.socket)
      return callback(new FailedRequest('connection', 'The connection was closed early'), null);
    const { lookup, secureContext } = this.settings;
    const options = { host: hostname, lookup, noDelay: true, autoSelectFamilyAttemptTimeout: 1_000 };
    const isTls = protocol === 'https:';
    const socket = isTls
      ? connectTls({
          ...options,
          port: Number(port || 443),
          secureContext,
          ALPNProtocols: ['http/1.1'],
          servername: isIP(hostname) ? '' : hostname.replace(/\.$/, ''),
        })
      : connect({ ...options, port: Number(port || 80) });
    this.socket = socket;
    let isShakingHands = false;
    if (isTls) socket.once('connect', () => (isShakingHands = true));
    const onError = (cause: Error) => callback(isShakingHands ? tlsFailure(cause) : cause, null);
    socket.once('error', onError);
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.off('error', onError);
      // If the process was stopped for a while, this event comes before that of the timer.
      if (performance.now() < this.deadlineAt) return callback(null, socket);
      socket.destroy();
      callback(new FailedRequest('timeout', 'The connection was not established in time'), null);
    });
  }

  private limitResponse(): void {
    if (this.socket && this.socket.bytesRead - this.bytesBefore > RESPONSE_BYTES) this.exchange?.cut();
  }
}
