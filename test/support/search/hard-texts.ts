import { between, chance, pick, type Random } from '../../../seed/random.js';

/*
 * Texts that are easy to read and hard to split into words. Invisible and combining characters are written as escapes.
 */

const punctuation = [
  'Fibre-500',
  'Fibre–500',
  'Fibre — 500',
  'Plan 100–500 Mbps',
  'Up to 940/880 Mbps',
  'TV/Internet',
  'TV/Internet/Phone',
  'AT&T',
  'R&D line',
  'Wi-Fi 6E',
  'Wi‑Fi mesh',
  '5G-home',
  'all-in-one box',
  'state-of-the-art modem',
  'on/off peak',
  'pay-as-you-go',
  '24/7 helpdesk',
  'A+ rated',
  'no.1 choice',
  'e.g. gaming',
  'U.S.A. calls',
  'v2.5.1 firmware',
  'Node.js hosting',
  '.NET hosting',
  'C++ workspace',
  '#fastest',
  '@home bundle',
  'half*price',
  '(optional) rental',
  'Basic [legacy]',
  'one,two,three months',
  'first;second',
  'speed:ultra',
  'A|B testing',
  'price~ish',
  'up=down',
  'back\\slash',
  'snake_case_plan',
  '__reserved__ name',
  'three...dots',
  'fast…faster',
  'bullet•point',
  'middle·dot',
  'arrow→right',
  '10×faster',
  '99%uptime',
  '$49/month',
  '€39,90 monthly',
  '£25pm',
];
const apostrophes = [
  "O'Brien Telecom",
  'O’Brien Broadband',
  "don't overpay",
  'don’t wait',
  "customer's pick",
  'l’internet illimité',
  "rock 'n' roll",
  'ʻOhana plan',
  '‘single’ quoted',
  '«double» quoted',
];
const numbers = [
  '59.99 monthly',
  '59,99 pro Monat',
  '1,000 channels',
  '1.5 Gbps',
  '2.5GbE port',
  '0.5ms ping',
  '10-20 GB',
  '10–20 GB',
  '1e3 minutes',
  '+1-555-0100',
  '192.168.0.1 router',
  '2026-01-31 deadline',
  '-40 degrees',
  '3x faster',
  '100Mbit',
  '007 agent',
  '½ price',
];
const addresses = [
  'https://isp.example/fibre-plan?speed=500&term=24',
  'http://www.quark.example/a_b/c.html#top',
  'see isp.example/coverage',
  'sales@quark-isp.example',
  'mailto:first.last+tag@mail.example',
  '/etc/modem.conf',
  'C:\\Drivers\\Modem',
  '~/setup.sh',
  '<b>Gigabit</b> upload',
  '<p class="lead">Cheapest</p>',
  'a<b and c>d',
  '<script>alert(1)</script>',
  'Tom &amp; Jerry',
  '<!-- hidden --> comment',
  '<unclosed tag',
  '&nbsp;spaced',
];
const accents = [
  'Crème brûlée',
  'Cre\u0300me bru\u0302le\u0301e',
  'Española móvil',
  'Espan\u0303ola mo\u0301vil',
  'Smørrebrød',
  'Größe und Straße',
  'GROẞ geschrieben',
  'Übertragung',
  'U\u0308bertragung',
  'İstanbul hızlı',
  'IĞDIR bağlantı',
  'Ångström',
  'A\u030angstro\u0308m',
  'Việt Nam tốc độ',
  'Vie\u0323\u0302t Nam to\u0302\u0301c',
  'naïve façade',
  'Łódź światłowód',
  'Čeština příliš',
  'Œuvre complète',
  'Ελλάδα οδός',
  'ΟΔΟΣ ταχύς',
  'Быстрый ёлка',
  'e\u0301te\u0301',
  'Z\u0336a\u0321l\u0334go',
  'ﬁbre oﬃce',
  'Ｆｕｌｌｗｉｄｔｈ ５００',
  '𝐁𝐨𝐥𝐝 𝟏𝟎𝟎',
  'ｶﾞｲﾄﾞ ﾌﾟﾗﾝ',
];
const signs = [
  'Nova™ Fibre',
  'Xfinity℠ Blaze',
  'Bixby™Home',
  'Bolt®TV',
  '₹500 monthly',
  '₺626pm',
  'Line №632',
  'Step①next',
  'Mark Ⅳ644',
  '5½ months',
  'Kilo½ plan',
  'Data¹ pack',
  'Quib² 888',
  'CO₂ neutral',
  'Nº7 and 1ª',
  '100㎒ band',
  'Ⓡ659 box',
];
const invisible = [
  'hid\u200bden width',
  'giga\u00adbit soft',
  'band\u2060breite',
  'zero\u200djoiner',
  'non\u200cjoiner',
  '\ufeffmarked start',
  'left\u200eright',
  'isolate\u2066inner\u2069outer',
  'emoji\ufe0f plan',
];
const scripts = [
  '高速光纤宽带',
  '家庭套餐500兆',
  '5G光纤套餐',
  '光回線インターネット',
  'ギガビット接続プラン',
  '無制限データ通信',
  'か\u3099くせい割引',
  'がくせい割引',
  'サーバー',
  '초고속 인터넷',
  '초고속 인터넷'.normalize('NFD'),
  '가정용 광케이블',
  'שָׁלוֹם אִינְטֶרְנֶט',
  'שלום אינטרנט',
  'בית־חכם',
  'سُرْعَةٌ عَالِيَةٌ',
  'سرعة عالية',
  'إنترنت منزلي',
  'Fiber光纤Plus',
  'ネットTV',
];
const emoji = ['🚀rocket🚀', 'Speed⚡boost', 'family👨‍👩‍👧‍👦pack', '5\ufe0f\u20e3 stars', 'flag🇺🇸calls', '❤️love'];

const kinds = [punctuation, apostrophes, numbers, addresses, accents, signs, invisible, scripts, emoji];

/** All hard texts. */
export const hardTexts: readonly string[] = kinds.flat();

const ordinary = 'home internet fibre plan mobile energy cable family bundle of the and with for your'.split(
  ' ',
);

/** Returns a name, headline, key features and description with hard texts among ordinary words. */
export function hardOffer(random: Random): {
  name: string;
  marketingHeadline: string | null;
  keyFeatures: string[];
  description: string | null;
} {
  const some = (most: number) =>
    Array.from({ length: between(random, 1, most) }, () =>
      chance(random, 0.7) ? pick(random, pick(random, kinds)) : pick(random, ordinary),
    ).join(pick(random, [' ', ' ', ', ', ' / ', '\u00a0', '\n']));
  return {
    name: some(2),
    marketingHeadline: chance(random, 0.5) ? some(2) : null,
    keyFeatures: Array.from({ length: between(random, 0, 2) }, () => some(2)),
    description: chance(random, 0.7) ? some(5) : null,
  };
}
