/*
 * The JSON Schema of a product offering, written from the API reference and not derived from the DTOs, so that tests
 * fail if the DTOs differ from the reference.
 */

const text = { type: 'string' };
const amount = { type: 'number', minimum: 0 };
const time = { type: 'string', format: 'date-time', pattern: 'Z$' };
const categories = {
  SUBSCRIPTION: [
    'SUBSCRIPTION_CELL',
    'SUBSCRIPTION_DATA_SIM',
    'SUBSCRIPTION_BROADBAND',
    'SUBSCRIPTION_M2M',
    'TRAVEL_ESIM',
  ],
  ADDON: ['EXTRA_DATA', 'TRAVEL_ESIM_PACKAGE'],
  LICENSE: ['LICENSE_PBX'],
  EXTERNAL_PRODUCT: ['EXTERNAL_HARDWARE', 'EXTERNAL_OTHER'],
};

const category = { enum: Object.values(categories).flat() };

const group = {
  type: 'object',
  additionalProperties: false,
  required: ['productOfferingGroupId', 'name', 'category'],
  properties: {
    productOfferingGroupId: text,
    name: text,
    category,
    description: text,
    internalDescription: text,
  },
};

const product = {
  type: 'object',
  additionalProperties: false,
  required: ['productId', 'type', 'features', 'requirements'],
  properties: {
    productId: text,
    internalName: text,
    type: { enum: Object.keys(categories) },
    category,
    networkProviderId: text,
    features: {
      type: 'object',
      additionalProperties: false,
      properties: {
        dataMb: { type: 'integer' },
        includedCallSeconds: { type: 'integer' },
        includedSms: { type: 'integer' },
        validityDays: { type: 'integer' },
        countries: { type: 'array', items: { type: 'string', pattern: '^[A-Z]{2}$' } },
        regions: {
          type: 'array',
          items: { enum: ['EUROPE', 'AMERICAS', 'ASIA_PACIFIC', 'GLOBAL', 'NORTH_AMERICA'] },
        },
        activationType: { enum: ['INSTANT', 'FIRST_USE'] },
      },
    },
    requirements: { type: 'object', additionalProperties: text },
  },
};

const charge = {
  type: 'object',
  additionalProperties: false,
  required: ['grossPrice', 'discount', 'netPrice', 'taxIncluded'],
  properties: { grossPrice: amount, discount: amount, netPrice: amount, taxIncluded: { type: 'boolean' } },
};

/** The reference has no separate price that is charged once; it is an addition. */
const priceInCurrency = { ...charge, properties: { ...charge.properties, oneTimePrice: charge } };

const price = {
  type: 'object',
  additionalProperties: false,
  required: [...priceInCurrency.required, 'currency', 'priceType', 'boundMonths', 'billingCycle'],
  properties: {
    ...priceInCurrency.properties,
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    priceType: { enum: ['ONE_TIME', 'RECURRING'] },
    boundMonths: { type: 'integer', minimum: 0 },
    billingCycle: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['period', 'interval'],
      properties: {
        period: { enum: ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] },
        interval: { type: 'integer', minimum: 1 },
      },
    },
    currencyOptions: {
      type: 'object',
      propertyNames: { pattern: '^[A-Z]{3}$' },
      additionalProperties: priceInCurrency,
    },
    promoCode: text,
    discountPeriodMonths: { type: 'integer', minimum: 1 },
  },
};

export const productOfferingSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'productOfferingId',
    'name',
    'price',
    'status',
    'productId',
    'product',
    'customerType',
    'createdAt',
    'updatedAt',
  ],
  properties: {
    productOfferingId: { type: 'string', format: 'uuid' },
    name: text,
    price,
    status: { enum: ['AVAILABLE', 'ARCHIVED'] },
    description: text,
    richContent: text,
    productId: text,
    product,
    productOfferingGroupId: text,
    group,
    customerType: { enum: ['CONSUMER', 'BUSINESS'] },
    addonCategories: { type: 'array', minItems: 1, items: { enum: categories.SUBSCRIPTION } },
    internalDescription: text,
    imageUrl: text,
    createdAt: time,
    updatedAt: time,
    metadata: { type: 'object' },
  },
};
