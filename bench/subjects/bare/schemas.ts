/* JSON schemas with which Fastify validates bodies and serializes responses. */

const text = { type: 'string', nullable: true };
const longText = { ...text, maxLength: 10_000 };
const shortText = { ...text, maxLength: 255 };
const amount = { type: 'number', minimum: 0, nullable: true };
const freeObject = { type: 'object', additionalProperties: true, nullable: true };
const url = { type: 'string', nullable: true, maxLength: 2048, pattern: '^https?://' };
const objectList = { type: 'array', nullable: true, items: { type: 'object', additionalProperties: true } };
const textList = { type: 'array', items: { type: 'string', maxLength: 255 }, maxItems: 50 };
const feeNames = [
  'installationFee',
  'equipmentFee',
  'activationFee',
  'depositRequired',
  'earlyTerminationFee',
];
const fees = {
  type: 'object',
  nullable: true,
  additionalProperties: false,
  properties: Object.fromEntries(feeNames.map((name) => [name, amount])),
};

const feeList = (members: object) => ({
  type: 'array',
  nullable: true,
  maxItems: 50,
  items: {
    type: 'object',
    required: ['name', 'amount', ...Object.keys(members)],
    additionalProperties: false,
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 255 },
      amount: { type: 'number', minimum: 0 },
      mandatory: { type: 'boolean' },
      ...members,
    },
  },
});
const contract = {
  type: 'object',
  nullable: true,
  required: ['months', 'required'],
  additionalProperties: false,
  properties: {
    months: { type: 'integer', minimum: 0, maximum: 120 },
    required: { type: 'boolean' },
    termsUrl: url,
    noticeDays: { type: 'integer', nullable: true, minimum: 0, maximum: 366 },
    autoRenews: { type: 'boolean', nullable: true },
    earlyTerminationFeePerRemainingMonth: amount,
  },
};

const internetService = {
  type: 'object',
  nullable: true,
  required: ['minBandwidth', 'maxBandwidth', 'connectionType'],
  properties: {
    minBandwidth: { type: 'number', minimum: 0 },
    maxBandwidth: { type: 'number', minimum: 0 },
    connectionType: { enum: ['fiber', 'cable', 'dsl', 'satellite', 'fixed_wireless', '5g_home'] },
    dataCap: amount,
  },
};

const internetCompliance = {
  type: 'object',
  nullable: true,
  properties: {
    broadbandLabel: {
      type: 'object',
      properties: {
        url,
        typicalDownload: { type: 'number', minimum: 0 },
        typicalUpload: { type: 'number', minimum: 0 },
        typicalLatency: { type: 'number', minimum: 0 },
        dataCapGb: amount,
      },
    },
    networkManagementUrl: url,
  },
};

const offerProperties = {
  name: { type: 'string', minLength: 1, maxLength: 255 },
  internalName: shortText,
  category: { enum: ['internet', 'television', 'security', 'energy', 'insurance', 'other', null] },
  status: { enum: ['draft', 'active', 'inactive', 'archived'] },
  sku: { ...text, minLength: 1, maxLength: 100 },
  externalId: shortText,
  metadata: freeObject,
  description: longText,
  internalDescription: longText,
  marketingHeadline: shortText,
  marketingDescription: longText,
  keyFeatures: textList,
  imageUrl: url,
  overview: longText,
  submissionUrl: url,
  submissionConfig: freeObject,
  serviceSpecificData: freeObject,
  pricingType: { enum: ['fixed', 'variable', 'tiered', 'custom', null] },
  monthlyPrice: amount,
  introductory: {
    type: 'object',
    nullable: true,
    required: ['monthlyPrice', 'months'],
    additionalProperties: false,
    properties: { monthlyPrice: amount, months: { type: 'integer', minimum: 1, maximum: 120 } },
  },
  monthlyFees: feeList({ kind: { enum: ['equipment', 'provider', 'passThrough', 'other'] } }),
  oneTimeFees: feeList({}),
  contract,
  taxes: { anyOf: [{ enum: ['included', 'varies', 'notApplicable', null] }, { type: 'number', minimum: 0 }] },
  fees,
  complianceData: freeObject,
  complianceStatus: { enum: ['unknown', 'compliant', 'incomplete', 'non_compliant', 'exempt'] },
  complianceNotes: longText,
  visibility: { enum: ['public', 'preferred', 'selected'] },
  allowedResellers: { type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: 1000 },
  serviceArea: { type: 'null' },
};

/** Only the category data of internet offers is validated. */
const categoryData = {
  anyOf: [
    { not: { properties: { category: { const: 'internet' } }, required: ['category'] } },
    { properties: { serviceSpecificData: internetService, complianceData: internetCompliance } },
  ],
};

const body = { type: 'object', properties: offerProperties, additionalProperties: false, ...categoryData };
export const createBody = { ...body, required: ['name'] };
export const updateBody = { ...body, minProperties: 1 };

const sharedProperties = {
  id: { type: 'string' },
  name: { type: 'string' },
  category: text,
  status: { type: 'string' },
  sku: text,
  metadata: freeObject,
  description: text,
  marketingHeadline: text,
  marketingDescription: text,
  keyFeatures: { type: 'array', items: { type: 'string' } },
  imageUrl: text,
  overview: text,
  submissionConfig: freeObject,
  serviceSpecificData: freeObject,
  pricingType: text,
  monthlyPrice: { type: 'number', nullable: true },
  introductory: freeObject,
  monthlyFees: objectList,
  oneTimeFees: objectList,
  contract: freeObject,
  taxes: {},
  fees: freeObject,
  currency: { type: 'string' },
  complianceData: freeObject,
  complianceStatus: { type: 'string' },
  visibility: { type: 'string' },
  pricing: freeObject,
  version: { type: 'integer' },
  createdAt: { type: 'string' },
  updatedAt: { type: 'string' },
  serviceArea: freeObject,
};

export const catalogOfferSchema = {
  type: 'object',
  properties: {
    ...sharedProperties,
    providerId: { type: 'string' },
    providerName: { type: 'string' },
    complianceAssessment: { type: 'object', properties: { status: { type: 'string' } } },
    setupFee: { type: 'number', nullable: true },
  },
};

export const offerSchema = {
  type: 'object',
  properties: {
    ...sharedProperties,
    teamId: { type: 'string' },
    feed: text,
    internalName: text,
    externalId: text,
    internalDescription: text,
    submissionUrl: text,
    complianceNotes: text,
    allowedResellers: { type: 'array', items: { type: 'string' } },
  },
};
