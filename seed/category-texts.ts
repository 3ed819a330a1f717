import { categories, categoryNames, type CategoryName } from '../src/offers/categories/all-categories.js';
import { listOf } from './words.js';

/** The phrases from which the texts of a category's offers are assembled, most frequent first. */
interface CategoryTexts {
  lines: string[];
  features: string[];
  sentences: string[];
}

const written: Partial<Record<CategoryName, CategoryTexts>> = {
  internet: {
    lines: listOf(
      'Home Internet|Broadband|Fiber|Internet Essential|Turbo Internet|Fibre|Velocity|Wireless Home|Connect|Stream',
    ),
    features: listOf(
      'No data cap|Router included|Symmetric speeds|Free installation|Whole-home Wi-Fi|Static IP address|' +
        'Parental controls|Security suite|Mesh extender included|Low latency for gaming|Public hotspots|IPv6 ready',
    ),
    sentences: listOf(
      'Fast and reliable internet for the whole home.|Stream, game and work at the same time.|' +
        'Upload as fast as you download.|Wi-Fi in every room with the mesh router.|' +
        'Backed by a fiber backbone of our own.|Low latency for video calls and cloud gaming.|' +
        'Connects homes where cables do not reach.|Speeds may vary with weather and distance.',
    ),
  },
  television: {
    lines: listOf(
      'Family TV|Television|Sports TV|Cinema|Kids TV|Stream TV|News and More|TV en Español|Choice TV',
    ),
    features: listOf(
      'HD channels|Cloud DVR|Local channels|Streaming apps included|Sports package|4K movies|Kids channels|' +
        'Three screens at once|Replay for seven days|Premium movie channels|International channels',
    ),
    sentences: listOf(
      'All your local channels in high definition.|Record your shows and watch them anywhere.|' +
        'Live sports from every league.|Movies and series for every evening.|' +
        'Programmes for children without advertising.|Watch on the television, the tablet and the phone.',
    ),
  },
  security: {
    lines: listOf('Home Watch|Smart Alarm|Guardian|Security|Sentinel|Camera Watch|Safe Home|Protect'),
    features: listOf(
      'Watched day and night|Two cameras|Mobile app|Door and window sensors|Motion detector|Video doorbell|' +
        'Smoke detector|Glass break sensor|Cellular backup|Smart locks|Video storage for 30 days',
    ),
    sentences: listOf(
      'Professional monitoring around the clock.|See who is at the door from anywhere.|' +
        'Install the sensors yourself in half an hour.|An alarm that calls for help when you cannot.|' +
        'Works during power outages with its battery backup.|Insurance companies grant a discount.',
    ),
  },
  energy: {
    lines: listOf(
      'Green Power|Electricity|Solar Share|Fixed Rate|Natural Gas|Free Nights|Wind Energy|Value Plan',
    ),
    features: listOf(
      '100 % renewable|Fixed rate|Free weekends|No deposit|Bill credits above 1000 kWh|Smart thermostat|' +
        'Average billing|Solar buyback|Carbon offset included|Free nights',
    ),
    sentences: listOf(
      'A fixed rate for the whole term.|Power from wind and sun.|Credits for what your roof gives to the grid.|' +
        'Free electricity on weekends.|No fee for leaving before the end.|Prices include delivery charges.',
    ),
  },
  insurance: {
    lines: listOf(
      'Renters|Homeowners|Flood Cover|Device Protection|Home Warranty|Liability|Pet Cover|Moving Cover',
    ),
    features: listOf(
      'Replacement cost|Low deductible|Online claims|Covers theft and water damage|Temporary housing|' +
        'Identity protection|Worldwide cover|Bundling discount',
    ),
    sentences: listOf(
      'Covers theft, fire and water damage.|Claims are paid within five days.|' +
        'Protects your belongings at home and on the way.|Liability cover for guests and pets.|' +
        'Pays for a hotel while your home is repaired.',
    ),
  },
  other: {
    lines: listOf(
      'Garden Care|Cleaning Service|Home Phone|Waste Collection|Water Delivery|Moving Help|Pest Control',
    ),
    features: listOf(
      'Four visits a year|Fixed appointments|Insured workers|Eco-friendly products|Same-day service',
    ),
    sentences: listOf(
      'Our people come when it suits you.|Nationwide calls at no extra charge.|' +
        'Reliable help around house and garden.|Friendly to children, pets and nature.',
    ),
  },
};

/** The texts of every category. A category without its own texts uses those of its demo offer. */
export const categoryTexts = Object.fromEntries(
  categoryNames.map((name) => {
    const { demo } = categories[name];
    const fallback = {
      lines: [demo.name],
      features: demo.keyFeatures,
      sentences: ['A service for the whole home.'],
    };
    return [name, written[name] ?? fallback];
  }),
) as Record<CategoryName, CategoryTexts>;
