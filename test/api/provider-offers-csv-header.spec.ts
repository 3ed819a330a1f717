import { Readable } from 'node:stream';
import { sendBulk } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { csvType, resultsOf, uploadFile } from '../support/offer-file.js';

/*
 * What is wrong with a file as a whole, as somebody sees it who has saved a spreadsheet.
 */

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const send = (file: string, query = '') => sendBulk(harness, provider, file, { query, contentType: csvType });
const messagesOf = async (file: string, query = '') => {
  const reply = await send(file, query);
  expect(reply.status).toBe(400);
  return (reply.body.errors as { message: string }[]).map(({ message }) => message);
};

describe('a file', () => {
  it.each(['', '?format=power-to-choose'])(
    'without any bytes is refused, as an empty one is: %s',
    async (query) => {
      const empty = ['The file is empty; its first row must contain the names of the columns'];
      for (const file of ['', '\uFEFF', '\r\n\r\n']) expect(await messagesOf(file, query)).toEqual(empty);
      const chunked = await fetch(`${harness.url}/provider/offers/bulk${query}`, {
        method: 'POST',
        headers: { 'content-type': csvType, 'x-api-key': provider.key },
        body: Readable.toWeb(Readable.from([])) as unknown as ReadableStream,
        duplex: 'half',
      } as RequestInit);
      expect(chunked.status).toBe(400);
    },
  );

  it('of JSON Lines can be empty', async () => {
    const reply = await sendBulk(harness, provider, '');
    expect([reply.status, reply.text]).toEqual([200, '']);
  });

  it.each([
    ['sku,name\rA,First\r', 'CRLF or LF'],
    ['"sku","name"\r"A","First"\r', 'CRLF or LF'],
    ['sku\tname\nA\tFirst\n', 'separated by tabs'],
    ['sku|name\nA|First\n', 'separated by vertical bars'],
  ])('with other line ends or separators is refused with what is right: %j', async (file, text) => {
    for (const query of ['', '?format=power-to-choose']) {
      const messages = await messagesOf(file, query);
      expect(messages).toEqual([expect.stringContaining(text)]);
    }
  });

  it('that lacks an entry in the middle of a list is refused with the columns that it needs', async () => {
    const message = (entries: string) =>
      `needs columns for ${entries} as well, because the entries of a list are numbered from 0 without gaps`;
    expect(
      await messagesOf('sku,name,monthlyFees[0].name,monthlyFees[2].amount\nA,First,Router,5\n'),
    ).toEqual([`monthlyFees[2].amount ${message('monthlyFees[1]')}`]);
    expect(await messagesOf('sku,oneTimeFees[2].name\nA,First\n')).toEqual([
      `oneTimeFees[2].name ${message('oneTimeFees[0], oneTimeFees[1]')}`,
    ]);
  });

  it('can contain all members that only the server sets, which are ignored as in JSON', async () => {
    const { body } = await harness.call('POST', '/provider/offers', { name: 'First', sku: 'S' }, provider);
    const managed = 'teamId feed pricing complianceAssessment version createdAt updatedAt'.split(' ');
    expect(managed.filter((name) => !Object.hasOwn(body, name))).toEqual([]);
    const file = `sku,${managed.join(',')},complianceAssessment.status\nS,${managed.map(() => 'x').join(',')},y\n`;
    expect(resultsOf(await uploadFile(harness, provider, file))).toBe('unchanged');
  });
});
