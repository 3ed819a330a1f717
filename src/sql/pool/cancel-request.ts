import { Connection, type Client } from 'pg';

/** How long Postgres may take to accept a cancel request, in milliseconds. */
const timeoutMs = 3_000;

/** What a cancel request needs; the types of node-postgres declare only parts of it. */
type Cancellable = Client & {
  connectionParameters: { sslnegotiation?: string };
  processID: number;
  secretKey: number;
};
type CancelConnection = InstanceType<typeof Connection> & {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
};

/**
 * Asks Postgres to cancel the running statement of a connection. The request is sent over a connection of its own,
 * which Postgres closes after it has sent the signal, and a process handles signals before anything else. So a
 * statement that is sent to the original connection afterwards cannot be hit. If none is running, Postgres ignores
 * the request.
 * @returns false if it is unknown whether the request can still arrive
 */
export function sendCancelRequest(client: Client): Promise<boolean> {
  const { host, port, ssl, processID, secretKey, connectionParameters } = client as Cancellable;
  const sslNegotiation = connectionParameters.sslnegotiation;
  const connection = new Connection({ ssl, sslNegotiation } as object) as CancelConnection;
  return new Promise((resolve) => {
    let isSent = false;
    let hasFailed = false;
    const send = () => {
      isSent = true;
      connection.cancel(processID, secretKey);
    };
    const timer = setTimeout(() => {
      hasFailed = true;
      connection.stream.destroy();
    }, timeoutMs).unref();
    connection.once('error', () => (hasFailed = true));
    connection.on('error', () => connection.stream.destroy());
    connection.once('end', () => {
      clearTimeout(timer);
      resolve(isSent && !hasFailed);
    });
    connection.once('connect', () => {
      if (!ssl) send();
      else if (sslNegotiation !== 'direct') connection.requestSsl();
    });
    connection.once('sslconnect', send);
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}
