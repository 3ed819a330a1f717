import { CursorCodec } from '../../src/paging/cursor.js';

const codec = new CursorCodec('secret');
const position = ['2026-01-31T09:30:00.000Z', '0190c3de', null, 'ü"\\'];

it('decodes to the position that was encoded', () => {
  expect(codec.decode('list', codec.encode('list', position))).toEqual(position);
  expect(codec.encode('list', position)).toMatch(/^[\w-]+$/);
  expect(codec.encode('list', position)).toBe(codec.encode('list', position));
});

it('reveals nothing of the position', () => {
  const cursor = Buffer.from(codec.encode('list', ['secret word']), 'base64url').toString('latin1');
  for (const part of ['secret', 'word', '["']) expect(cursor).not.toContain(part);
  const [a, b] = ['aaaaaaaa', 'aaaaaaab'].map((text) => codec.encode('list', [text]));
  expect(a?.slice(0, 8)).not.toBe(b?.slice(0, 8));
});

it('is valid only for its list and secret', () => {
  const cursor = codec.encode('list', position);
  expect(() => codec.decode('list2', cursor)).toThrow('not valid for this list');
  expect(() => codec.decode('', cursor)).toThrow();
  expect(() => new CursorCodec('other').decode('list', cursor)).toThrow();
});

it('is invalid after a change at any position', () => {
  const cursor = codec.encode('list', position);
  for (let index = 0; index < cursor.length; index += 1) {
    const changed = cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
    expect(() => codec.decode('list', changed)).toThrow();
  }
  for (const changed of ['', '.', cursor.slice(1), `${cursor}=`, `${cursor}.`, `${cursor}.x`, `.${cursor}`])
    expect(() => codec.decode('list', changed)).toThrow();
});
