import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

@Injectable()
export class Wakeups implements OnApplicationShutdown {
  private readonly all = new Map<string, Set<() => void>>();
  private readonly timer = setInterval(
    () => this.all.forEach((set) => set.forEach((run) => run())),
    1000,
  ).unref();

  on(channel: string, run: () => void): () => void {
    const set = this.all.get(channel) ?? new Set();
    this.all.set(channel, set.add(run));
    return () => void set.delete(run);
  }

  send(channel: string): void {
    this.all.get(channel)?.forEach((run) => run());
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
