import { EmailField } from '../../../validation/contact/contact-fields.js';
import { TextField, UrlField } from '../../../validation/fields.js';
import { Hints } from '../../../validation/hints/hints.js';

/** The retail electric provider, as the Electricity Facts Label names it (16 TAC 25.475(g)). */
@Hints({
  certifiedName: { otherNames: ['name', 'legalName', 'companyName'] },
  dba: { otherNames: ['doingBusinessAs', 'dbaName', 'tradeName'] },
  mailingAddress: { otherNames: ['address', 'postalAddress'] },
  url: { otherNames: ['website', 'web', 'webUrl'] },
  phone: { otherNames: ['phoneNumber', 'tollFreePhone', 'telephone'] },
  phoneHours: { otherNames: ['hours', 'businessHours'] },
})
export class RepContact {
  @TextField({
    description: 'Name on the certificate of the PUCT.',
    kind: 'name',
    max: 255,
    optional: true,
    example: 'Northwind Energy LLC',
  })
  certifiedName?: string;

  @TextField({
    description: 'Name under which it does business, if that differs.',
    kind: 'name',
    max: 255,
    optional: true,
    example: 'Northwind Power',
  })
  dba?: string;

  @TextField({
    description: 'Mailing address.',
    max: 500,
    optional: true,
    example: 'PO Box 100, Houston, TX 77001',
  })
  mailingAddress?: string;

  @EmailField({ description: 'E-mail address.', optional: true, example: 'care@power.example' })
  email?: string;

  @UrlField({ description: 'Website.', optional: true, example: 'https://power.example' })
  url?: string;

  @TextField({
    description: 'Toll-free phone number.',
    max: 40,
    optional: true,
    example: '1 (800) 555 0100',
  })
  phone?: string;

  @TextField({
    description: 'When the phone is answered, with the time zone.',
    max: 255,
    optional: true,
    example: 'Monday to Friday, 8 a.m. to 6 p.m. Central Time',
  })
  phoneHours?: string;
}
