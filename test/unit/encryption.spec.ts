import { Encryption, sealContext } from '../../src/encryption/encryption.js';

const keyOf = (id: string, byte: number) => ({ id, base64: Buffer.alloc(32, byte).toString('base64') });
const [first, second] = [keyOf('k1', 1), keyOf('k2', 2)];
const encryption = new Encryption([first]);
const context = sealContext('orders', 'customer', '1');
const customer = { name: 'Zoë 👋', notes: [1, null] };

describe('Encryption', () => {
  it('opens what it has sealed, each time with other bytes', () => {
    const sealed = encryption.seal(customer, context);
    expect(sealed.keyId).toBe('k1');
    expect(sealed.bytes.toString('latin1')).not.toContain('Zo');
    expect(encryption.open(sealed, context)).toEqual(customer);
    expect(encryption.seal(customer, context).bytes).not.toEqual(sealed.bytes);
  });

  it('opens nothing that was changed, moved to another row, or sealed with another key', () => {
    const { keyId, bytes } = encryption.seal(customer, context);
    for (const index of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => encryption.open({ keyId, bytes: changed }, context)).toThrow();
    }
    for (const length of [0, 12, 27, bytes.length - 1])
      expect(() => encryption.open({ keyId, bytes: bytes.subarray(0, length) }, context)).toThrow();
    expect(() => encryption.open({ keyId, bytes }, sealContext('orders', 'customer', '2'))).toThrow();
    const impostor = new Encryption([{ ...second, id: 'k1' }]);
    expect(() => impostor.open({ keyId, bytes }, context)).toThrow();
  });

  it('seals with the first key, and opens with all of them', () => {
    const rotated = new Encryption([second, first]);
    expect(rotated.seal(customer, context).keyId).toBe('k2');
    expect(rotated.open(encryption.seal(customer, context), context)).toEqual(customer);
    expect(() => encryption.open(rotated.seal(customer, context), context)).toThrow(
      'The data key k2 is not configured',
    );
  });

  it('indexes text by team and kind, with each key', () => {
    const rotated = new Encryption([second, first]);
    const index = encryption.blindIndex('t1', 'email', 'zoe@example.com');
    expect(index).toHaveLength(16);
    expect(encryption.blindIndex('t1', 'email', 'zoe@example.com')).toEqual(index);
    const others: [string, string, string][] = [
      ['t2', 'email', 'zoe@example.com'],
      ['t1', 'name', 'zoe@example.com'],
      ['t1', 'email', 'zoe@example.org'],
    ];
    for (const other of others) expect(encryption.blindIndex(...other)).not.toEqual(index);
    const [current, former] = rotated.blindIndexes('t1', 'email', 'zoe@example.com');
    expect(former).toEqual(index);
    expect(rotated.blindIndex('t1', 'email', 'zoe@example.com')).toEqual(current);
    expect(current).not.toEqual(index);
  });

  it('does nothing without a key', () => {
    const none = new Encryption([]);
    expect(none.isConfigured).toBe(false);
    expect(() => none.seal(customer, context)).toThrow('set DATA_KEYS first');
    expect(() => none.blindIndex('t1', 'email', 'zoe@example.com')).toThrow('set DATA_KEYS first');
    expect(() => none.blindIndexes('t1', 'email', 'zoe@example.com')).toThrow('set DATA_KEYS first');
  });
});
