/**
 * Processes up to `width` items concurrently, and yields the results in item order. Each result is yielded as
 * soon as it and all earlier results are ready, even if the next item has not arrived. `start` must not
 * reject.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  width: number,
  start: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const source = items[Symbol.asyncIterator]();
  const running: Promise<R>[] = [];
  const read = () => {
    const next = source.next();
    // The consumer may have stopped by the time this rejects.
    next.catch(() => undefined);
    return next;
  };
  try {
    for (let next = read(); ;) {
      const [first] = running;
      const ready = first?.then(() => undefined);
      const item =
        running.length === width ? await ready : await Promise.race(ready ? [ready, next] : [next]);
      if (item?.done) break;
      if (item) {
        running.push(start(item.value));
        next = read();
      } else if (first) {
        running.shift();
        yield await first;
      }
    }
    for (const result of running) yield await result;
  } finally {
    void source.return?.().catch(() => undefined);
  }
}
