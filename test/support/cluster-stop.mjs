import { rm } from 'node:fs/promises';

export default async function stop() {
  const { folder, database } = globalThis.offerdockTestRun;
  await database?.stop();
  await rm(folder, { recursive: true, force: true });
}
