import { adminKey, type Harness } from './harness.js';

export interface TestTeam {
  id: string;
  key: string;
  keyId: string;
  name: string;
}

let counter = 0;

/** Creates a verified team with an API key. */
export async function makeTeam(
  harness: Harness,
  role: 'provider' | 'reseller' | 'hybrid',
  more: object = {},
): Promise<TestTeam> {
  counter += 1;
  const name = `${role} ${counter}`;
  const team = await harness.call(
    'POST',
    '/admin/teams',
    { name, role, verified: true, ...more },
    { key: adminKey },
  );
  if (team.status !== 201) throw new Error(team.text);
  const key = await harness.call(
    'POST',
    `/admin/teams/${team.body.id}/api-keys`,
    { name: 'test' },
    { key: adminKey },
  );
  if (key.status !== 201) throw new Error(key.text);
  return { id: team.body.id, key: key.body.key, keyId: key.body.id, name: team.body.name };
}

/** A body for `POST /provider/offers` with every field. */
export const fullOffer = {
  name: 'High-Speed Internet 1 Gbps',
  internalName: 'inet-1g-residential',
  category: 'internet',
  status: 'active',
  sku: 'INET-1G',
  externalId: 'crm-4711',
  metadata: { region: 'north', tags: ['fibre', 'home'], nested: { depth: 2, price: 59.99 }, nothing: null },
  description: 'Symmetric gigabit fibre for the whole home.',
  internalDescription: 'Margin reviewed in January.',
  marketingHeadline: 'A gigabit, all day — garantiert 🚀',
  marketingDescription: 'Stream, play and work at once.',
  keyFeatures: ['1 Gbps down', '1 Gbps up', 'No contract'],
  imageUrl: 'https://cdn.isp.example/fibre.png',
  overview: 'Router, installation and support are included.',
  submissionUrl: 'https://isp.example/orders',
  submissionConfig: {
    formFields: [
      { name: 'customerName', type: 'text', required: true },
      { name: 'phone', type: 'tel', required: false },
    ],
    metadata: [],
  },
  serviceSpecificData: { minBandwidth: 500, maxBandwidth: 1000, connectionType: 'fiber', dataCap: null },
  pricingType: 'fixed',
  monthlyPrice: 59.99,
  introductory: null,
  monthlyFees: null,
  oneTimeFees: null,
  contract: null,
  taxes: null,
  fees: {
    installationFee: 49.99,
    equipmentFee: 0,
    activationFee: 10,
    depositRequired: null,
    earlyTerminationFee: 150,
  },
  complianceData: {
    broadbandLabel: {
      url: 'https://isp.example/label.pdf',
      typicalDownload: 940.5,
      typicalUpload: 900,
      typicalLatency: 9,
      dataCapGb: null,
    },
    networkManagementUrl: 'https://isp.example/network',
  },
  complianceStatus: 'compliant',
  complianceNotes: 'Label filed on 2 January.',
  visibility: 'public',
  allowedResellers: [],
  serviceArea: null,
} as const;
