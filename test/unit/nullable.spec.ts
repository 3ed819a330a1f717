import { convertNullable } from '../../src/openapi/nullable.js';

const text = { type: 'string', maxLength: 5 };

it.each([
  [text, text],
  [{ ...text, nullable: false }, text],
  [
    { ...text, nullable: true },
    { type: ['string', 'null'], maxLength: 5 },
  ],
  [
    { type: 'string', enum: ['a'], nullable: true },
    { type: ['string', 'null'], enum: ['a', null] },
  ],
  [
    { allOf: [{ $ref: '#/A' }], description: 'd', nullable: true },
    { description: 'd', anyOf: [{ $ref: '#/A' }, { type: 'null' }] },
  ],
  [
    { properties: { a: { ...text, nullable: true } } },
    { properties: { a: { type: ['string', 'null'], maxLength: 5 } } },
  ],
  [{ oneOf: [{ ...text, nullable: true }] }, { oneOf: [{ type: ['string', 'null'], maxLength: 5 }] }],
  [
    { type: 'object', example: { nullable: true } },
    { type: 'object', example: { nullable: true } },
  ],
  [
    { default: { nullable: true }, enum: [{ nullable: true }] },
    { default: { nullable: true }, enum: [{ nullable: true }] },
  ],
])('%j becomes %j', (before, after) => {
  expect(convertNullable(before)).toEqual(after);
});
