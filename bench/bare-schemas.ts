/* JSON schemas by which Fastify checks bodies and writes answers. */

const text = { type: 'string', nullable: true };
const long = { ...text, maxLength: 10_000 };
const line = { ...text, maxLength: 255 };
const amount = { type: 'number', minimum: 0, nullable: true };
const free = { type: 'object', additionalProperties: true, nullable: true };
const url = { type: 'string', nullable: true, maxLength: 2048, pattern: '^https?://' };
const texts = { type: 'array', items: { type: 'string', maxLength: 255 }, maxItems: 50 };
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

const given = {
  name: { type: 'string', minLength: 1, maxLength: 255 },
  internalName: line,
  category: { enum: ['internet', 'television', 'security', 'energy', 'insurance', 'other', null] },
  status: { enum: ['draft', 'active', 'inactive', 'archived'] },
  sku: { ...text, minLength: 1, maxLength: 100 },
  externalId: line,
  metadata: free,
  description: long,
  internalDescription: long,
  marketingHeadline: line,
  marketingDescription: long,
  keyFeatures: texts,
  imageUrl: url,
  overview: long,
  submissionUrl: url,
  submissionConfig: free,
  serviceSpecificData: free,
  pricingType: { enum: ['fixed', 'variable', 'tiered', 'custom', null] },
  monthlyPrice: amount,
  fees,
  complianceData: free,
  complianceStatus: { enum: ['unknown', 'compliant', 'incomplete', 'non_compliant', 'exempt'] },
  complianceNotes: long,
  visibility: { enum: ['public', 'preferred', 'selected'] },
  allowedResellers: { type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: 1000 },
  serviceArea: { type: 'null' },
};

/** Offers of another category, or data of internet. */
const ofInternet = {
  anyOf: [
    { not: { properties: { category: { const: 'internet' } }, required: ['category'] } },
    { properties: { serviceSpecificData: internetService, complianceData: internetCompliance } },
  ],
};

const body = { type: 'object', properties: given, additionalProperties: false, ...ofInternet };
export const createBody = { ...body, required: ['name'] };
export const updateBody = { ...body, minProperties: 1 };

const shown = {
  id: { type: 'string' },
  name: { type: 'string' },
  category: text,
  status: { type: 'string' },
  sku: text,
  metadata: free,
  description: text,
  marketingHeadline: text,
  marketingDescription: text,
  keyFeatures: { type: 'array', items: { type: 'string' } },
  imageUrl: text,
  overview: text,
  submissionConfig: free,
  serviceSpecificData: free,
  pricingType: text,
  monthlyPrice: { type: 'number', nullable: true },
  fees: free,
  currency: { type: 'string' },
  complianceData: free,
  complianceStatus: { type: 'string' },
  visibility: { type: 'string' },
  version: { type: 'integer' },
  createdAt: { type: 'string' },
  updatedAt: { type: 'string' },
  serviceArea: free,
};

export const catalogAnswer = {
  type: 'object',
  properties: {
    ...shown,
    providerId: { type: 'string' },
    providerName: { type: 'string' },
    setupFee: { type: 'number', nullable: true },
  },
};

export const ownAnswer = {
  type: 'object',
  properties: {
    ...shown,
    teamId: { type: 'string' },
    internalName: text,
    externalId: text,
    internalDescription: text,
    submissionUrl: text,
    complianceNotes: text,
    allowedResellers: { type: 'array', items: { type: 'string' } },
  },
};
