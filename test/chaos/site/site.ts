import { freePort } from '../../../bench/environment/free-port.js';
import { Service } from '../../support/service.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { Cluster } from './cluster.js';

const adminKey = 'od_admin_for_chaos_0123456789';

const dataKeys = `chaos:${Buffer.alloc(32, 5).toString('base64')}`;

export interface SiteTeam {
  id: string;
  key: string;
}

/** The service in its own process, with a Postgres of its own to which it connects through a proxy. */
export class Site {
  /** Clusters to remove at the end; the service uses `cluster`. */
  private readonly clusters: Cluster[] = [];
  /** The processes of the service; the last one may be running. */
  private readonly services: Service[] = [];

  private constructor(
    private database: Cluster,
    readonly proxy: TcpProxy,
    private readonly proxyPort: string,
    private readonly port: number,
  ) {
    this.clusters.push(database);
  }

  /** @param onSmallDisk whether the data should be on a disk that can be filled */
  static async open({ onSmallDisk = false } = {}): Promise<Site> {
    const cluster = await Cluster.start({ onSmallDisk });
    const proxy = new TcpProxy(new URL(cluster.url));
    const site = new Site(cluster, proxy, new URL(await proxy.open()).port, await freePort());
    try {
      site.startService();
      await site.started();
      return site;
    } catch (cause) {
      await site.close();
      throw cause;
    }
  }

  /** The cluster to which the proxy leads. */
  get cluster(): Cluster {
    return this.database;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the service, as a supervisor would. `started` waits until it listens. @param env further variables */
  startService(env: Record<string, string> = {}): void {
    this.services.push(new Service(this.environment({ PORT: String(this.port), ...env })));
  }

  /** The environment of a process that uses the same database. */
  environment(more: Record<string, string>): Record<string, string> {
    const url = new URL(this.database.url);
    url.port = this.proxyPort;
    return {
      DATABASE_URL: url.href,
      ADMIN_API_KEY: adminKey,
      DATA_KEYS: dataKeys,
      AUTH_FAILURES_PER_MINUTE: '0',
      SHUTDOWN_DELAY_MS: '0',
      SHUTDOWN_TIMEOUT_MS: '2000',
      ...more,
    };
  }

  /** @throws an error with its output if the service does not start */
  async started(): Promise<void> {
    await this.services.at(-1)?.ready();
  }

  /** The errors that the service has logged for answers with 500. */
  get loggedFaults(): string[] {
    return this.services.flatMap(({ output }) =>
      output.split('\n').filter((line) => line.includes('"msg":"Internal Server Error"')),
    );
  }

  async stopService(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.services.at(-1)?.kill(signal);
  }

  /** Makes new connections lead to another cluster, which is removed with this site. */
  moveTo(cluster: Cluster): void {
    this.database = cluster;
    this.keep(cluster);
    this.proxy.retarget(new URL(cluster.url));
  }

  /** Removes the cluster with this site. */
  keep(cluster: Cluster): void {
    if (!this.clusters.includes(cluster)) this.clusters.push(cluster);
  }

  /** Creates a verified team with an API key. */
  async createTeam(name: string, role: 'hybrid' | 'reseller'): Promise<SiteTeam> {
    const { id = '' } = await this.admin('/admin/teams', { name, role, verified: true });
    const { key = '' } = await this.admin(`/admin/teams/${id}/api-keys`, { name });
    return { id, key };
  }

  async close(): Promise<void> {
    await this.stopService('SIGKILL');
    await this.proxy.close();
    for (const cluster of this.clusters) await cluster.remove();
  }

  private async admin(path: string, body: object): Promise<Record<string, string>> {
    const reply = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'x-api-key': adminKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (reply.status !== 201) throw new Error(`POST ${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as Record<string, string>;
  }
}
