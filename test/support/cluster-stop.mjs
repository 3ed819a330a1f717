import { rm } from 'node:fs/promises';

export default async function stop() {
  const cluster = globalThis.offerdockCluster;
  if (!cluster) return;
  await cluster.database.stop();
  await rm(cluster.dataDir, { recursive: true, force: true });
}
