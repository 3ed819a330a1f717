/**
 * Works on items as they come, on at most `width` at a time, and gives the results in the order of the items: each as
 * soon as it and those before it are there, whether or not another item has come. `start` must not reject.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  width: number,
  start: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const source = items[Symbol.asyncIterator]();
  const underWay: Promise<R>[] = [];
  const read = () => {
    const next = source.next();
    // Whoever reads the results may be gone by then.
    next.catch(() => undefined);
    return next;
  };
  try {
    for (let next = read(); ;) {
      const [first] = underWay;
      const ready = first?.then(() => undefined);
      const item =
        underWay.length === width ? await ready : await Promise.race(ready ? [ready, next] : [next]);
      if (item?.done) break;
      if (item) {
        underWay.push(start(item.value));
        next = read();
      } else if (first) {
        underWay.shift();
        yield await first;
      }
    }
    for (const result of underWay) yield await result;
  } finally {
    void source.return?.().catch(() => undefined);
  }
}
