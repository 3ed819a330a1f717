import { FileCache } from '../../src/filings/broadband-labels/file-cache.js';

let written: string[];
beforeEach(() => (written = []));

/** Writes a file in two chunks. */
async function* write(name: string, bytes = 10) {
  written.push(name);
  await Promise.resolve();
  yield Buffer.alloc(bytes / 2, name);
  yield Buffer.alloc(bytes / 2, name);
}

async function read(chunks: AsyncGenerator<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

it('writes a file once, however many clients read it at the same time', async () => {
  const cache = new FileCache();
  const reads = ['a', 'b', 'a', 'a'].map((name) => read(cache.content(name, () => write(name))));
  expect(await Promise.all(reads)).toEqual(['a', 'b', 'a', 'a'].map((name) => name.repeat(10)));
  expect(written).toEqual(['a', 'b']);
});

it('writes a file for the others if the first client leaves', async () => {
  const cache = new FileCache();
  const first = cache.content('a', () => write('a'));
  const left = first.next();
  const second = read(cache.content('a', () => write('a')));
  await left;
  await first.return(undefined);
  expect(await second).toBe('a'.repeat(10));
  expect(written).toEqual(['a']);
});

it('writes one file at a time', async () => {
  const cache = new FileCache();
  let running = 0;
  const alone = async function* () {
    running += 1;
    await new Promise(setImmediate);
    yield Buffer.from(String(running));
    running -= 1;
  };
  const reads = ['a', 'b', 'c'].map((name) => read(cache.content(name, alone)));
  expect(await Promise.all(reads)).toEqual(['1', '1', '1']);
});

it('forgets a file that could not be written, and goes on with the next one', async () => {
  const cache = new FileCache();
  const failing = read(
    cache.content('a', async function* () {
      yield Buffer.alloc(1);
      await Promise.reject(new Error('The database is gone'));
    }),
  );
  const next = read(cache.content('b', () => write('b')));
  await expect(failing).rejects.toThrow('The database is gone');
  expect(await next).toBe('b'.repeat(10));
  expect(await read(cache.content('a', () => write('a')))).toBe('a'.repeat(10));
});

it('removes the files that were not read for the longest time', async () => {
  const cache = new FileCache(11_000);
  const names = ['a', 'b', 'a', 'c', 'a', 'b'];
  for (const name of names) await read(cache.content(name, () => write(name, 4000)));
  expect(written).toEqual(['a', 'b', 'c', 'b']);
});

it('does not keep a file that is too large', async () => {
  const cache = new FileCache(1_000_000, 9);
  for (let times = 0; times < 3; times += 1)
    expect(await read(cache.content('a', () => write('a')))).toBe('a'.repeat(10));
  // The first time, it was not known how large it is.
  expect(written.length).toBe(4);
});
