import { promisify } from 'node:util';
import { checkedLookup } from '../../src/outgoing/lookup.js';
import { checkOutgoingUrl, type OutgoingRules } from '../../src/outgoing/outgoing-url.js';
import { isPublicAddress, isPublicHost } from '../../src/outgoing/public-host.js';

/** Returns what is wrong with a URL, if anything is. */
function outgoingUrlProblem(url: string, rules: OutgoingRules): string | undefined {
  const checked = checkOutgoingUrl(url, rules);
  return typeof checked === 'string' ? checked : undefined;
}

const strict = { allowInsecure: false };
const insecure = { allowInsecure: true };

it.each([
  'https://isp.example/orders',
  'http://8.8.8.8',
  'https://172.15.0.1',
  'https://172.32.0.1',
  'https://100.63.255.255',
  'https://11.0.0.1',
  'https://168.63.129.17',
  'https://223.255.255.255',
  'https://[2606:4700::1111]/',
  'https://[64:ff9b::808:808]/',
  'https://localhost.example.com',
  'https://example.com.',
  'https://bücher.example',
])('accepts %s as public', (url) => {
  expect(isPublicHost(new URL(url))).toBe(true);
});

it.each([
  // names
  'http://localhost',
  'http://LOCALHOST.:80',
  'http://api.localhost/',
  'http://printer.local',
  'http://db.internal',
  'http://db.internal.',
  'http://nas.lan',
  'http://router.home.arpa',
  'http://box.localdomain',
  'http://redis',
  'http://redis.',
  // 127.0.0.1 in all notations of IPv4
  'http://127.0.0.1',
  'http://127.0.0.1.',
  'http://127.1',
  'http://2130706433',
  'http://0x7f.0.0.1',
  'http://0x7f000001',
  'http://0177.0.0.1',
  'http://017700000001',
  'http://①②⑦.0.0.1',
  'http://127。0。0。1',
  'http://%31%32%37.0.0.1',
  // IPv4
  'http://0.0.0.0',
  'http://10.1.2.3',
  'http://172.16.0.1',
  'http://172.31.255.255',
  'http://192.168.0.1',
  'http://169.254.169.254/latest/meta-data',
  'http://168.63.129.16',
  'http://100.64.0.1',
  'http://100.100.100.200',
  'http://192.0.0.192',
  'http://192.0.2.1',
  'http://192.88.99.1',
  'http://198.18.0.1',
  'http://198.51.100.1',
  'http://203.0.113.1',
  'http://224.0.0.1',
  'http://240.0.0.1',
  'http://255.255.255.255',
  // IPv4 in IPv6
  'http://[::ffff:127.0.0.1]',
  'http://[::FFFF:7f00:1]',
  'http://[0:0:0:0:0:ffff:7f00:1]',
  'http://[::ffff:a00:1]',
  'http://[::ffff:8.8.8.8]',
  'http://[::ffff:0:7f00:1]',
  'http://[::127.0.0.1]',
  'http://[::7f00:1]',
  'http://[64:ff9b::7f00:1]',
  'http://[64:ff9b::169.254.169.254]',
  'http://[64:ff9b:0:0:0:0:a01:203]',
  'http://[64:ff9b:1::7f00:1]',
  'http://[64:ff9b:1::808:808]',
  'http://[2002:7f00:1::]',
  'http://[2001::1]',
  // IPv6
  'http://[::]',
  'http://[::1]',
  'http://[100::1]',
  'http://[100:0:0:1::1]',
  'http://[2001:2::1]',
  'http://[2001:db8::1]',
  'http://[3fff::1]',
  'http://[5f00::1]',
  'http://[fd00:ec2::254]',
  'http://[fc00::1]',
  'http://[fe80::1]',
  'http://[fec0::1]',
  'http://[ff02::1]',
  'http://[ff0e::1]',
])('rejects %s', (url) => {
  expect(isPublicHost(new URL(url))).toBe(false);
  expect(outgoingUrlProblem(url.replace('http:', 'https:'), strict)).toBe(
    'must not point to a private or local host',
  );
  expect(outgoingUrlProblem(url, insecure)).toBeUndefined();
});

it.each(['fe80::1%eth0', '2606:4700::1111%eth0', 'example.com', '', '127.1', '1.2.3.4.5'])(
  'does not take %j for a public address',
  (text) => expect(isPublicAddress(text)).toBe(false),
);

const https = 'must be an https URL such as https://example.com/webhooks';

it.each([
  ['', https],
  ['example.com/webhooks', https],
  ['ftp://example.com', https],
  ['javascript:alert(1)', https],
  ['https://', https],
  ['https://exa mple.com', https],
  ['https:\\\\example.com', https],
  ['https://example.com:99999', https],
  ['http://example.com/', https],
  ['https://me@example.com/', 'must not contain a user name or password'],
  ['https://:secret@example.com/', 'must not contain a user name or password'],
  ['https://example.com/#top', 'must not contain a fragment (# and what follows it), which is never sent'],
  ['https://example.com/#', 'must not contain a fragment (# and what follows it), which is never sent'],
  ['https://example.com:0/', 'must not have port 0'],
])('says what is wrong with %j', (url, problem) => {
  expect(outgoingUrlProblem(url, strict)).toBe(problem);
});

it('says which URLs are allowed for development', () => {
  expect(outgoingUrlProblem('ftp://example.com', insecure)).toBe(
    'must be an http or https URL such as https://example.com/webhooks',
  );
  expect(outgoingUrlProblem('http://me@localhost/', insecure)).toBe(
    'must not contain a user name or password',
  );
  for (const url of [
    'https://example.com/a?b=c',
    'HTTPS://Example.com:8443',
    'https://xn--bcher-kva.example',
  ])
    expect([outgoingUrlProblem(url, strict), outgoingUrlProblem(url, insecure)]).toEqual([
      undefined,
      undefined,
    ]);
});

describe('the lookup of sockets', () => {
  const publicly = ['93.184.215.14', '2606:4700::1111'];
  const lookup = (answers: (readonly string[])[], allowInsecure = false) => {
    let questions = 0;
    const find = promisify(checkedLookup(async () => answers[questions++] ?? [], allowInsecure));
    return { find: () => find('example.com', { all: true }), questions: () => questions };
  };

  it('passes on the addresses that it has checked, and asks once for each connection', async () => {
    const rebinding = lookup([publicly, ['127.0.0.1'], [...publicly, '10.0.0.1']]);
    expect(await rebinding.find()).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
    expect(rebinding.questions()).toBe(1);
    await expect(rebinding.find()).rejects.toMatchObject({ error: 'refused_address' });
    await expect(rebinding.find()).rejects.toMatchObject({ error: 'refused_address' });
    await expect(rebinding.find()).rejects.toMatchObject({ error: 'dns' });
    expect(rebinding.questions()).toBe(4);
  });

  it('allows private addresses for development', async () => {
    expect(await lookup([['10.0.0.1']], true).find()).toEqual([{ address: '10.0.0.1', family: 4 }]);
  });

  it('returns a single address where all are not wanted', async () => {
    const found = await new Promise((resolve) =>
      checkedLookup(async () => publicly, false)('example.com', {}, (...args) => resolve(args)),
    );
    expect(found).toEqual([null, '93.184.215.14', 4]);
  });
});
