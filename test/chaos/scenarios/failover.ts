import type { Scenario } from './scenario.js';

/** The primary dies, and its hot standby is promoted. */
const failoverTo = (name: string, { isSilent }: { isSilent: boolean }): Scenario => ({
  name,
  run: async ({ site }) => {
    const primary = site.cluster;
    const standby = await primary.startStandby();
    // The host of the primary disappears, so nobody closes its connections.
    if (isSilent) site.proxy.silence();
    primary.kill();
    await standby.promote();
    site.moveTo(standby);
    site.proxy.resume();
  },
});

export const failover = failoverTo('failover to a hot standby', { isSilent: false });
export const failoverOfHost = failoverTo('failover after the host of the primary vanished', {
  isSilent: true,
});
