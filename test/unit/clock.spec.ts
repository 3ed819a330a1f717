import { Clock } from '../../src/common/clock.js';

let local = 0;
const clock = () => new Clock(() => local);
beforeEach(() => {
  local = 1_000_000;
});

/** Answers after `delayMs` with a time that was read halfway. */
const answer = (databaseAheadMs: number, delayMs: number) => () => {
  local += delayMs;
  return Promise.resolve(local - delayMs / 2 + databaseAheadMs);
};

it.each([3_600_000, -3_600_000])(
  'adopts a time that is %d ms away, to within the duration of the query',
  async (ahead) => {
    const tested = clock();
    await tested.synchronize(answer(ahead, 20));
    expect(Math.abs(tested.nowMs() - local - ahead)).toBeLessThanOrEqual(10);
  },
);

it('does not jump because of slow answers', async () => {
  const tested = clock();
  for (const delayMs of [5_000, 2, 900, 30]) {
    await tested.synchronize(answer(0, delayMs));
    expect(tested.nowMs()).toBe(local);
  }
});

it('counts whole milliseconds', async () => {
  const tested = clock();
  await tested.synchronize(() => Promise.resolve(local + 7_000.7));
  expect(tested.nowMs()).toBe(local + 7_000);
});

it('keeps its time if the database does not answer', async () => {
  const tested = clock();
  await tested.synchronize(answer(7_000, 0));
  await expect(tested.synchronize(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(tested.nowMs()).toBe(local + 7_000);
});
