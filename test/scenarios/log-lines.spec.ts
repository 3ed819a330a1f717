import { DataDir, Service } from '../support/service.js';

const timeoutMs = 90_000;
const requests = 200;

let dataDir: DataDir;
let service: Service;
beforeEach(async () => {
  dataDir = await DataDir.prepared();
}, timeoutMs);
afterEach(async () => {
  await service.kill('SIGKILL');
  await dataDir.remove();
});

it.each(['1', '2'])(
  'the log is complete after SIGTERM with WORKERS=%s',
  async (workers) => {
    service = new Service({ DATA_DIR: dataDir.path, LOG_LEVEL: 'info', WORKERS: workers });
    await service.ready();
    const calls = Array.from({ length: requests }, (_, n) => service.call('GET', `/nowhere/${n}`));
    await Promise.all(calls.map(async (call) => (await call).text()));
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(0);
    const paths = [...service.output.matchAll(/"path":"(\/nowhere\/\d+)"/g)].map(([, path]) => path);
    expect(new Set(paths).size).toBe(requests);
    expect(service.output.match(/"msg":"Stopped"/g)).toHaveLength(Number(workers));
  },
  timeoutMs,
);
