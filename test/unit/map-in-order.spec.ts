import { setTimeout as sleep } from 'node:timers/promises';
import { mapInOrder } from '../../src/bulk/map-in-order.js';

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const result of results) found.push(result);
  return found;
}

describe('mapInOrder', () => {
  it('yields results in the order of the items, whichever finishes first', async () => {
    const slowFirst = async (ms: number) => {
      await sleep(ms);
      return ms;
    };
    expect(await all(mapInOrder(from([30, 1, 15, 2]), 3, slowFirst))).toEqual([30, 1, 15, 2]);
    expect(await all(mapInOrder(from([]), 3, slowFirst))).toEqual([]);
  });

  it('works on at most the given number of items at once', async () => {
    let [running, most] = [0, 0];
    const work = async (item: number) => {
      most = Math.max(most, (running += 1));
      await sleep(1);
      running -= 1;
      return item;
    };
    const items = Array.from({ length: 40 }, (_, index) => index);
    expect(await all(mapInOrder(from(items), 3, work))).toEqual(items);
    expect(most).toBe(3);
  });

  it('yields a result before the source has produced the next item', async () => {
    let release = () => undefined as void;
    async function* slow() {
      yield 'first';
      await new Promise<void>((resolve) => (release = resolve));
      yield 'second';
    }
    const results = mapInOrder(slow(), 3, async (item) => item);
    expect(await results.next()).toEqual({ value: 'first', done: false });
    release();
    expect(await all(results)).toEqual(['second']);
  });

  it('yields the earlier results before it fails with the error of its source', async () => {
    async function* broken() {
      yield 1;
      await sleep(5);
      throw new Error('cut off');
    }
    const results = mapInOrder(broken(), 3, async (item) => item);
    expect(await results.next()).toEqual({ value: 1, done: false });
    await expect(results.next()).rejects.toThrow('cut off');
  });

  it('closes its source if the reader stops early', async () => {
    let closed = false;
    async function* endless() {
      try {
        for (let item = 0; item < 1000; item += 1) yield item;
      } finally {
        closed = true;
      }
    }
    for await (const result of mapInOrder(endless(), 2, async (item) => item)) if (result === 3) break;
    await sleep(5);
    expect(closed).toBe(true);
  });
});
