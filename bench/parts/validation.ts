import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { CreateOffer } from '../../src/offers/offers.dto.js';
import { validate } from '../../src/validation/validate.js';
import { CreateOfferDto } from '../subjects/nest/offers.dto.js';
import { offerBody } from '../suite/request-bodies.js';
import type { Part } from './alternate.js';

/*
 * Compares our validator with class-transformer and class-validator. Both validate the service's DTO, for which
 * class-validator does less work because it does not descend into our nested DTOs. The DTO of the Nest subject declares
 * the same fields with class-validator's own decorators, including nested objects.
 */

const options = { whitelist: true, forbidNonWhitelisted: true };

function assertValid(errors: readonly unknown[]): void {
  if (errors.length > 0) throw new Error(`Not valid: ${JSON.stringify(errors)}`);
}

function libraryOn(type: new () => object, body: object): void {
  assertValid(validateSync(plainToInstance(type, body), options));
}

function repeat(count: number, work: () => void): void {
  for (let index = 0; index < count; index += 1) work();
}

const rows = Array.from({ length: 100 }, (_, index) => ({ ...offerBody, sku: `BENCH-${index}` }));

export const oneOffer = (): Part => ({
  title: 'Validation: one offer',
  operation: 'one offer body of 2 KB',
  batch: 20,
  ways: [
    {
      name: 'src/validation',
      run: (count) => repeat(count, () => assertValid(validate(CreateOffer, offerBody).errors)),
    },
    {
      name: 'class-validator, same DTO, nested DTOs not validated',
      run: (count) => repeat(count, () => libraryOn(CreateOffer, offerBody)),
    },
    {
      name: 'class-validator, DTO with its own decorators',
      run: (count) => repeat(count, () => libraryOn(CreateOfferDto, offerBody)),
    },
  ],
});

export const manyOffers = (): Part => ({
  title: 'Validation: 100 rows of a bulk import',
  operation: '100 rows',
  batch: 1,
  ways: [
    {
      name: 'src/validation',
      run: (count) =>
        repeat(count, () => {
          for (const row of rows) assertValid(validate(CreateOffer, row).errors);
        }),
    },
    {
      name: 'class-validator, same DTO, nested DTOs not validated',
      run: (count) =>
        repeat(count, () => {
          for (const offer of plainToInstance(CreateOffer as new () => object, rows))
            assertValid(validateSync(offer, options));
        }),
    },
    {
      name: 'class-validator, DTO with its own decorators',
      run: (count) =>
        repeat(count, () => {
          for (const offer of plainToInstance(CreateOfferDto, rows))
            assertValid(validateSync(offer, options));
        }),
    },
  ],
});
