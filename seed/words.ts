import { between, chance, pick, type Random } from './random.js';

/** Splits a list that is written as text with vertical bars between its entries. */
export const listOf = (text: string) => text.split('|').map((entry) => entry.trim().replace(/\s+/g, ' '));

const townStarts = listOf(
  'Maple|Oak|Cedar|River|Lake|Stone|Green|Fair|Spring|Silver|Clear|Red|Bright|North|West|East|Pine|Rose|Ash|Fox|' +
    'Elk|Bear|Eagle|Sand|Rock|Mill|Bridge|King|Queen|Salt|Snow|Sun|Wind|Wood|Wheat|Willow|Birch|Hazel|Heather|Iron|' +
    'Copper|Gold|Marble|Granite|Prairie|Canyon|Desert|Harbor|Ocean|Summit|Valley|Orchard|Garden|Chestnut|Magnolia|' +
    'Juniper|Laurel|Aspen|Walnut|Hickory',
);
const townEnds = listOf(
  'wood|ville|field|ton|dale|brook|ridge|port|burg|haven|mont|view|ford|side|land|crest|grove|hill|point|water|' +
    'bury|gate|shore|stead|worth|ham|more|well|moor|cliff|bend|fall|run|creek|glen|hollow|meadow|park|spur|bluff',
);
const accented = listOf('San José|Cañon Alta|Peñasco|Montréal Sud|Española|La Cañada|Bayamón|Mayagüez');

/** About 2,400 fictional town names. */
export const towns = [...townStarts.flatMap((start) => townEnds.map((last) => start + last)), ...accented];

const brandStarts = listOf(
  'North|South|Blue|Clear|True|Bright|Swift|Open|Core|Prime|Metro|Rural|Liberty|Pioneer|Summit|Harbor|Atlas|Nova|' +
    'Vertex|Lumen|Pulse|Beacon|Keystone|Granite|Cascade|Frontier|Heritage|Horizon|Evergreen|Redwood|Lone|Silver|' +
    'Iron|Copper|Golden|Delta|Sierra|Coastal|Inland|Union',
);
const brandEnds = listOf(
  'wind|star|path|line|wave|link|light|point|stone|bridge|gate|peak|way|crest|field|spark|grid|reach|root|vale|' +
    'watch|guard|shield|flow|cloud',
);
const trades = listOf(
  'Fiber|Broadband|Communications|Networks|Cable|Telecom|Wireless|Energy|Power|Security|Home|Insurance|Services|' +
    'Partners|Media|Electric|Utilities|Mutual|Systems|Group',
);
const shops = listOf(
  'Brokers|Marketplace|Deals|Agency|Direct|Advisors|Connect|Concierge|Movers|Realty|Retail|Compare|Savings|Solutions',
);

const brand = (random: Random) => pick(random, brandStarts) + pick(random, brandEnds);

/** Returns the brand of a provider's offers and the provider's name, such as `Northwind` and `Northwind Fiber`. */
export function providerName(random: Random): { brand: string; name: string } {
  const start = brand(random);
  const place = chance(random, 0.3) ? ` of ${pick(random, towns)}` : '';
  return { brand: start, name: `${start} ${pick(random, trades)}${place}` };
}

export const resellerName = (random: Random) =>
  `${brand(random)} ${pick(random, shops)}${chance(random, 0.2) ? ` ${between(random, 2, 99)}` : ''}`;

export const suffixes = listOf(
  'Plus|Max|Basic|Pro|Unlimited|Family|Flex|Select|Premium|Saver|Starter|Classic',
);

/** Sentences that fit an offer of any category, most frequent first. */
export const promises = listOf(
  'No contract and no hidden fees.|Local support every day of the week.|The price is locked for two years.|' +
    'Cancel at any time.|Free professional installation for new customers.|One bill for everything.|' +
    'Rated among the best by our customers.|Bundle it with other services and save.|' +
    'Activation within two business days.|Our team moves it along when you move.|' +
    'Paperless billing saves five dollars a month.|A discount for veterans and first responders.|' +
    'Made for small homes and apartments.|Satisfaction guaranteed for thirty days.',
);

export const headlines = listOf(
  'More for less|Made for your home|Everything you need, nothing you do not|Simple, fair and fast|' +
    'The neighborhood favorite|Switch in minutes|A better deal, every month|Built for busy families|' +
    'Your home, connected|Save from the first day|Peace of mind included|Limited offer for new customers|' +
    'Honest prices, honest service|Quality you can rely on|Ready when you move in|Café culture at home',
);

export const overviews = listOf(
  'Includes equipment, installation and support.|Includes everything listed; taxes are extra.|' +
    'Equipment is rented and goes back at the end.|Set-up by a technician at a time of your choice.|' +
    'Self-installation with a kit by mail.',
);
