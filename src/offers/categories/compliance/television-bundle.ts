import { MoneyField } from '../../../money/money-fields.js';
import { TextField } from '../../../validation/fields.js';
import { ObjectListField } from '../../../validation/object-fields.js';

/** A service in a bundle, and what it costs. */
export class BundleComponent {
  @TextField({ description: 'Name of the service.', kind: 'name', min: 1, max: 255, example: 'Internet 500' })
  name: string;

  @MoneyField({ description: "Part of the price, in the offer's currency.", example: 50 })
  amount: number;
}

/** A bundle in whose price television is included (47 CFR 76.310). */
export class TelevisionBundle {
  @MoneyField({ description: "Price of the bundle per month, in the offer's currency.", example: 134.5 })
  price: number;

  @MoneyField({
    description: "Part of the price that is for television, in the offer's currency.",
    optional: true,
    example: 84.5,
  })
  televisionAmount?: number;

  @ObjectListField(() => BundleComponent, {
    description: 'All parts of the price, including television. They add up to it.',
    maxItems: 20,
    optional: true,
  })
  components?: BundleComponent[];
}
