import { connect } from 'node:net';
import {
  jsonLinesType,
  parseJsonLines,
  sendBulk,
  type BulkResultLine,
  type FeedSummary,
} from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

let harness: Harness;
let team: TestTeam;

beforeAll(async () => {
  harness = await start({ teamBulkMibPerHour: 1 });
});
afterAll(() => harness.stop());
beforeEach(async () => {
  team = await makeTeam(harness, 'provider');
});

/** Returns lines of 1,000 bytes each. */
const linesOf = (count: number, name: string) =>
  Array.from({ length: count }, (_, n) => {
    const line = { sku: `${name}-${n}`, name: 'A', description: '' };
    return JSON.stringify({ ...line, description: 'x'.repeat(999 - JSON.stringify(line).length) });
  })
    .map((line) => `${line}\n`)
    .join('');

describe('the bytes that a team sends to bulk uploads', () => {
  it('are limited: lines before the limit are stored and reported, and the next upload is rejected', async () => {
    const first = await sendBulk(harness, team, linesOf(600, 'A'));
    expect(
      parseJsonLines<BulkResultLine>(first.text).filter(({ result }) => result === 'created'),
    ).toHaveLength(600);
    const second = await sendBulk(harness, team, linesOf(900, 'B'));
    const results = parseJsonLines<BulkResultLine>(second.text);
    const last = results.at(-1);
    const done = results.slice(0, -1);
    expect([second.status, last?.line, last?.result]).toEqual([200, results.length, 'failed']);
    expect(last?.problem).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      retryAfter: expect.any(Number),
    });
    expect(new Set(done.map(({ result }) => result))).toEqual(new Set(['created']));
    // What was sent is at most 1 MiB, and falls short of it by less than a chunk of 64 KiB.
    expect(600_000 + done.length * 1000).toBeLessThanOrEqual(1_048_576);
    expect(600_000 + done.length * 1000).toBeGreaterThan(1_048_576 - 66_000);
    const third = await sendBulk(harness, team, linesOf(1, 'C'));
    expect([third.status, third.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(3000);
    expect((await harness.call('GET', '/team', undefined, team)).status).toBe(200);
    const other = await makeTeam(harness, 'provider');
    expect((await sendBulk(harness, other, linesOf(1, 'C'))).status).toBe(200);
  });

  it('end a complete load of a feed, which then retires nothing', async () => {
    await sendBulk(harness, team, linesOf(2, 'A'), { query: '?feed=ptc' });
    const { text } = await sendBulk(harness, team, linesOf(1200, 'B'), { query: '?feed=ptc&complete=true' });
    const [last, end] = parseJsonLines<BulkResultLine & { summary: FeedSummary }>(text).slice(-2);
    expect(last?.problem?.code).toBe('RATE_LIMITED');
    expect(end?.summary).toMatchObject({
      failed: 1,
      retired: 0,
      notRetiredBecause: expect.stringContaining('not read to its end'),
    });
    const { body } = await harness.call('GET', '/provider/offers/sku:A-0', undefined, team);
    expect(body).toMatchObject({ version: 1, feed: 'ptc' });
  });

  it('are counted per team, however many keys and concurrent uploads it uses, dry runs included', async () => {
    const keys = [team.key];
    while (keys.length < 4)
      keys.push((await harness.call('POST', '/team/api-keys', { name: 'B' }, team)).body.key as string);
    const replies = await Promise.all(
      keys.map((key, n) =>
        sendBulk(harness, { ...team, key }, linesOf(400, `K${n}`), { query: '?dryRun=true' }),
      ),
    );
    const created = replies.flatMap(({ status, text }) =>
      status === 200 ? parseJsonLines<BulkResultLine>(text).filter(({ result }) => result === 'created') : [],
    );
    expect(created.length).toBeLessThanOrEqual(1048);
    expect(created.length).toBeGreaterThan(700);
  });

  it('are limited although the length of the body is unknown, and the connection can be used again', async () => {
    const socket = connect(Number(new URL(harness.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (data: Buffer) => (received += data.toString()));
    const send = (text: string) => new Promise<void>((resolve) => void socket.write(text, () => resolve()));
    await send(
      `POST /provider/offers/bulk HTTP/1.1\r\nhost: x\r\nx-api-key: ${team.key}\r\n` +
        `content-type: ${jsonLinesType}\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const part = linesOf(200, 'A');
    for (let n = 0; n < 8; n += 1) await send(`${part.length.toString(16)}\r\n${part}\r\n`);
    await send(
      `0\r\n\r\nGET /team HTTP/1.1\r\nhost: x\r\nx-api-key: ${team.key}\r\nconnection: close\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received.match(/RATE_LIMITED/g)).toHaveLength(1);
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });
});

it('is not limited with 0', async () => {
  const own = await start({ teamBulkMibPerHour: 0 });
  const provider = await makeTeam(own, 'provider');
  const reply = await sendBulk(own, provider, linesOf(1200, 'A'));
  expect(
    parseJsonLines<BulkResultLine>(reply.text).filter(({ result }) => result === 'created'),
  ).toHaveLength(1200);
  await own.stop();
});
