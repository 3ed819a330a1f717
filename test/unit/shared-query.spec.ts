import { SharedQuery } from '../../src/catalog/listing/shared-query.js';

describe('SharedQuery', () => {
  let runs: { resolve: (value: number) => void; reject: (cause: Error) => void }[];
  let shared: SharedQuery<number>;
  const expectRuns = async (count: number) => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(runs).toHaveLength(count);
  };

  beforeEach(() => {
    runs = [];
    shared = new SharedQuery(() => new Promise((resolve, reject) => runs.push({ resolve, reject })));
  });

  it('runs once for all callers that ask before it begins', async () => {
    const asked = [shared.result(), shared.result(), shared.result()];
    await expectRuns(1);
    runs[0]?.resolve(1);
    expect(await Promise.all(asked)).toEqual([1, 1, 1]);
  });

  it('gives callers that ask during a run the result of the next run', async () => {
    const first = shared.result();
    await expectRuns(1);
    const later = [shared.result(), shared.result()];
    await expectRuns(1);
    runs[0]?.resolve(1);
    await expectRuns(2);
    runs[1]?.resolve(2);
    expect([await first, ...(await Promise.all(later))]).toEqual([1, 2, 2]);
  });

  it('rejects for the callers of a failed run only', async () => {
    const failed = Promise.allSettled([shared.result(), shared.result()]);
    await expectRuns(1);
    const next = shared.result();
    runs[0]?.reject(new Error('gone'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expectRuns(2);
    runs[1]?.resolve(2);
    expect(await next).toBe(2);
  });
});
