import { SharedQuery } from '../../src/catalog/listing/shared-query.js';

describe('Shared', () => {
  let runs: { answer: (value: number) => void; fail: (cause: Error) => void }[];
  let shared: SharedQuery<number>;
  const begun = async (count: number) => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(runs).toHaveLength(count);
  };

  beforeEach(() => {
    runs = [];
    shared = new SharedQuery(() => new Promise((answer, fail) => runs.push({ answer, fail })));
  });

  it('runs once for all who ask before it begins', async () => {
    const asked = [shared.result(), shared.result(), shared.result()];
    await begun(1);
    runs[0]?.answer(1);
    expect(await Promise.all(asked)).toEqual([1, 1, 1]);
  });

  it('gives who asks during a run the answer of the one after it', async () => {
    const first = shared.result();
    await begun(1);
    const later = [shared.result(), shared.result()];
    await begun(1);
    runs[0]?.answer(1);
    await begun(2);
    runs[1]?.answer(2);
    expect([await first, ...(await Promise.all(later))]).toEqual([1, 2, 2]);
  });

  it('tells a failure to those who asked for it, and goes on', async () => {
    const failed = Promise.allSettled([shared.result(), shared.result()]);
    await begun(1);
    const next = shared.result();
    runs[0]?.fail(new Error('gone'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await begun(2);
    runs[1]?.answer(2);
    expect(await next).toBe(2);
  });
});
