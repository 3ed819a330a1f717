import { DataDir, Service } from '../support/service.js';
import { until } from '../support/until.js';

const timeoutMs = 120_000;

let dataDir: DataDir;
let services: Service[];

beforeEach(async () => {
  dataDir = await DataDir.prepared();
  services = [];
}, timeoutMs);
afterEach(async () => {
  await Promise.all(services.map((service) => service.kill('SIGKILL')));
  await dataDir.remove();
});

function start(): Promise<Service> {
  const service = new Service({ DATA_DIR: dataDir.path });
  services.push(service);
  return service.ready();
}

/** Creates offers until the service is killed, and adds the IDs of the created offers to `ids`. */
async function publish(service: Service, ids: string[]): Promise<void> {
  const key = service.key('provider');
  for (let n = 0; n < 2000; n += 1) {
    const reply = await service
      .call('POST', '/provider/offers', key, { name: `Offer ${n}` })
      .catch(() => undefined);
    if (reply?.status !== 201) return;
    ids.push(((await reply.json()) as { id: string }).id);
  }
}

/** Returns the IDs of the demo provider's offers. */
async function stored(service: Service): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let path: string | undefined = '/provider/offers?limit=100'; path !== undefined;) {
    const reply: Response = await service.call('GET', path, service.key('provider'));
    for (const { id } of (await reply.json()) as { id: string }[]) ids.add(id);
    path = /^<([^>]+)>/.exec(reply.headers.get('link') ?? '')?.[1];
  }
  return ids;
}

it.each([
  ['the service', false],
  ['the service and its Postgres', true],
])(
  'keeps every created offer after kill -9 of %s',
  async (_, both) => {
    const first = await start();
    const created: string[] = [];
    const publishers = Array.from({ length: 6 }, () => publish(first, created));
    await until(() => created.length >= 100);
    const postgres = dataDir.postgres() ?? 0;
    first.signal('SIGKILL');
    if (both) process.kill(postgres, 'SIGKILL');
    await first.exit();
    await Promise.all(publishers);
    const second = await start();
    expect(dataDir.postgres() === postgres).toBe(!both);
    const found = await stored(second);
    expect(created.filter((id) => !found.has(id))).toEqual([]);
    const again = await second.call('POST', '/provider/offers', second.key('provider'), { name: 'After' });
    expect(again.status).toBe(201);
    expect(await second.kill('SIGTERM')).toBe(0);
    expect(dataDir.postgres()).toBeUndefined();
  },
  timeoutMs,
);
