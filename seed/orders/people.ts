import { between, pick, zipf, type Random } from '../random.js';
import { listOf, towns } from '../words.js';
import type { OrderSecrets } from '../../src/orders/personal-data/order-secrets.js';
import { stateOf } from '../../src/areas/zip-states.js';

const firstNames = listOf(
  'Maria|James|Olivia|Liam|Emma|Noah|José|Ava|Lucas|Mia|Ethan|Zoë|Mateo|Grace|Daniel|Chloe|André|Hannah|Samuel|Ruth|' +
    'Priya|Wei|Fatima|Omar|Ingrid|Björn|Aisha|Diego|Yuki|Nadia',
);
const lastNames = listOf(
  'Smith|Garcia|Johnson|Nguyen|Brown|Martínez|Davis|Lee|Wilson|Patel|Anderson|Thomas|Moore|Jackson|Chen|Clark|Lewis|' +
    'Walker|Hall|Young|King|Wright|Lopez|Hill|Green|Adams|Baker|Nelson|Carter|Müller|Okafor|Rossi|O’Neil|Sørensen',
);
const streets = listOf(
  'Main St|Oak Ave|Maple Dr|2nd St|Park Ave|Lake Rd|Hill St|Washington Blvd|Cedar Ln|River Rd',
);
const notes = listOf(
  'Please call before the visit.|Gate code is at the office.|The dog is friendly.|Leave it with a neighbor.',
);

const drawLastName = zipf(lastNames, 0.6);

/** Draws the customer of an order. E-mail addresses end with a name that no one can register. */
export function drawCustomer(random: Random, number: number): OrderSecrets {
  const [first, last] = [pick(random, firstNames), drawLastName(random)];
  const local = `${first}.${last}${number}`
    .normalize('NFKD')
    .replaceAll(/[^\w.]/g, '')
    .toLowerCase();
  const zipCode = drawZip(random);
  return {
    customerInfo: {
      fullName: `${first} ${last}`,
      email: `${local}@customer.example`,
      phone: `(${between(random, 201, 989)}) 555-01${between(random, 10, 99)}`,
    },
    serviceAddress: {
      street: `${between(random, 1, 9999)} ${pick(random, streets)}`,
      city: pick(random, towns),
      state: stateOf(zipCode) ?? 'CA',
      zipCode,
      country: 'US',
    },
    notes: random() < 0.3 ? pick(random, notes) : null,
    metadata: random() < 0.2 ? { referralSource: `store ${between(random, 1, 40)}` } : {},
  };
}

/** Draws a ZIP code that belongs to a state. */
function drawZip(random: Random): string {
  for (;;) {
    const zipCode = String(between(random, 501, 99_950)).padStart(5, '0');
    if (stateOf(zipCode) !== undefined) return zipCode;
  }
}
