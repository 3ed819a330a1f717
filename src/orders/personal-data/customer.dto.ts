import { isCountryCode } from '../../products/country-codes.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EmailField, PhoneField } from '../../validation/contact/contact-fields.js';
import { field, rule } from '../../validation/field.js';
import { TextField } from '../../validation/fields.js';

const line = (description: string, example: string, max = 200) =>
  TextField({ description, kind: 'name', min: 1, max, example });

/** The person that an order is for. Stored encrypted. */
@ApiSchema({ name: 'CustomerInfo' })
export class CustomerInfo {
  @TextField({
    description: 'Full name, at least 3 characters.',
    kind: 'name',
    min: 3,
    max: 200,
    example: 'Maria Sample',
  })
  fullName: string;

  @EmailField({ description: 'E-mail address.', example: 'maria@example.com' })
  email: string;

  @PhoneField({
    description:
      'Phone number: digits, spaces, hyphens, parentheses and a leading +; at least 10 digits in total.',
    example: '(415) 555-0134',
  })
  phone: string;
}

const country = [
  rule(
    { code: 'format' },
    'must be an uppercase ISO 3166-1 code such as US',
    (value) => typeof value === 'string' && isCountryCode(value),
  ),
];

/** Where the service is delivered. Stored encrypted. */
@ApiSchema({ name: 'ServiceAddress' })
export class ServiceAddress {
  @line('Street with number and unit.', '1 Market St, Apt 4')
  street: string;

  @line('City.', 'San Francisco', 100)
  city: string;

  @line('State or region.', 'CA', 100)
  state: string;

  @line('ZIP or postal code. In the US 12345 or 12345-6789.', '94102', 20)
  zipCode: string;

  @field(
    { type: 'string', pattern: '^[A-Z]{2}$', minLength: 2, maxLength: 2 },
    { description: 'Country as an uppercase ISO 3166-1 alpha-2 code.', example: 'US' },
    ...country,
  )
  country: string;
}
