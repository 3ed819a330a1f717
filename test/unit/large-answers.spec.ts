import { ClientLeft } from '../../src/common/request/client-left.js';
import { LargeAnswers } from '../../src/paging/large-answers.js';

const limits = { total: 3, perTeam: 2, maxWaiting: 2, maxWaitMs: 60_000 };

/** Enters and records the name when it is admitted. */
function enter(answers: LargeAnswers, team: string, admitted: string[], name = team): Promise<() => void> {
  return answers.enter(team).then((leave) => {
    admitted.push(name);
    return leave;
  });
}

const settle = () => new Promise(setImmediate);

describe('LargeAnswers', () => {
  it('admits up to the limits, and then in order of arrival whoever has room', async () => {
    const answers = new LargeAnswers({ ...limits, maxWaiting: 10 });
    const admitted: string[] = [];
    const leaveA = await enter(answers, 'a', admitted);
    const leaveA2 = await enter(answers, 'a', admitted, 'a2');
    void enter(answers, 'a', admitted, 'a3');
    const leaveB = await enter(answers, 'b', admitted);
    void enter(answers, 'b', admitted, 'b2');
    await settle();
    expect(admitted).toEqual(['a', 'a2', 'b']);
    leaveB();
    await settle();
    // Team a was waiting longer, but has as many as a team can have.
    expect(admitted).toEqual(['a', 'a2', 'b', 'b2']);
    leaveA();
    leaveA2();
    await settle();
    expect(admitted).toEqual(['a', 'a2', 'b', 'b2', 'a3']);
  });

  it('rejects when too many are waiting', async () => {
    const answers = new LargeAnswers(limits);
    const admitted: string[] = [];
    for (let count = 0; count < 2; count += 1) await enter(answers, 'a', admitted);
    void enter(answers, 'a', admitted).catch(() => undefined);
    void enter(answers, 'a', admitted).catch(() => undefined);
    await expect(answers.enter('a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(admitted).toHaveLength(2);
    // Those of one team do not keep others from waiting.
    await (
      await enter(answers, 'b', admitted)
    )();
    void enter(answers, 'c', admitted, 'c');
    await settle();
    expect(admitted).toHaveLength(4);
  });

  it('does not keep a place in line for a client that leaves', async () => {
    const answers = new LargeAnswers({ ...limits, perTeam: 1, maxWaiting: 1 });
    const free = await answers.enter('a');
    let leave = () => undefined as void;
    const waiting = answers.enter('a', (left) => {
      leave = left;
      return () => undefined;
    });
    await expect(answers.enter('a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    leave();
    await expect(waiting).rejects.toBeInstanceOf(ClientLeft);
    const next = answers.enter('a');
    free();
    free();
    (await next)();
  });

  it('rejects whoever has waited too long, and does not admit it later', async () => {
    const answers = new LargeAnswers({ ...limits, perTeam: 1, maxWaitMs: 1 });
    const admitted: string[] = [];
    const leave = await enter(answers, 'a', admitted);
    await expect(enter(answers, 'a', admitted, 'late')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    leave();
    await settle();
    await enter(answers, 'a', admitted, 'next');
    expect(admitted).toEqual(['a', 'next']);
  });
});
