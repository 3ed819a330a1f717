import { isPublicHost } from '../../src/offers/submission/public-host.js';

it.each([
  'https://isp.example/orders',
  'http://8.8.8.8',
  'https://172.15.0.1',
  'https://172.32.0.1',
  'https://100.63.255.255',
  'https://11.0.0.1',
  'https://[2606:4700::1111]/',
  'https://localhost.example.com',
  'https://bücher.example',
])('accepts %s as public', (url) => {
  expect(isPublicHost(url)).toBe(true);
});

it.each([
  'http://localhost',
  'http://LOCALHOST.:80',
  'http://api.localhost/',
  'http://printer.local',
  'http://db.internal',
  'http://nas.lan',
  'http://router.home.arpa',
  'http://127.0.0.1',
  'http://127.1',
  'http://2130706433',
  'http://0x7f.0.0.1',
  'http://0177.0.0.1',
  'http://0.0.0.0',
  'http://10.1.2.3',
  'http://172.16.0.1',
  'http://172.31.255.255',
  'http://192.168.0.1',
  'http://169.254.169.254/latest/meta-data',
  'http://100.64.0.1',
  'http://198.18.0.1',
  'http://224.0.0.1',
  'http://255.255.255.255',
  'http://[::]',
  'http://[::1]',
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:a00:1]',
  'http://[64:ff9b::7f00:1]',
  'http://[64:ff9b:1::7f00:1]',
  'http://[2002:7f00:1::]',
  'http://[2001::1]',
  'http://[fe80::1]',
  'http://[fd00::1]',
  'http://[ff02::1]',
  'nonsense',
])('rejects %s', (url) => {
  expect(isPublicHost(url)).toBe(false);
});
