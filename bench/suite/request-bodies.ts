/** An offer with every field. Each run of `@` is replaced with the digits of a counter. */
export const offerBody = {
  name: 'High-Speed Internet 1 Gbps',
  internalName: 'inet-1g-residential',
  category: 'internet',
  status: 'active',
  sku: 'BENCH-@@@@@@@@@@@@@@@@',
  externalId: 'crm-4711',
  metadata: { region: 'north', tags: ['fibre', 'home'], nested: { depth: 2, price: 59.99 } },
  description: 'Symmetric gigabit fibre for the whole home, with the same speed up as down.',
  internalDescription: 'Margin reviewed in January.',
  marketingHeadline: 'A gigabit, all day',
  marketingDescription: 'Stream, play and work at once, on as many devices as you like.',
  keyFeatures: ['1 Gbps down', '1 Gbps up', 'No contract', 'Free router'],
  imageUrl: 'https://cdn.isp.example/fibre.png',
  overview: 'Router, installation and support are included.',
  submissionUrl: 'https://isp.example/orders',
  submissionConfig: {
    formFields: [
      { name: 'customerName', type: 'text', required: true },
      { name: 'phone', type: 'tel', required: false },
    ],
  },
  serviceSpecificData: { minBandwidth: 500, maxBandwidth: 1000, connectionType: 'fiber', dataCap: null },
  pricingType: 'fixed',
  monthlyPrice: 59.99,
  fees: { installationFee: 49.99, equipmentFee: 0, activationFee: 10, earlyTerminationFee: 150 },
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
};

const plan = {
  billing_interval_type: 'month',
  billing_frequency: 1,
  plan_length: 12,
  end_behavior: 'roll',
  can_pause: true,
  can_resume: true,
  can_cancel: true,
};

/** A subscription offering with three products and two plans. */
export const offeringBody = {
  name: 'City Bike Club',
  description: 'Ride all year.',
  products: [
    { name: 'City bike', price: { EUR: { amount: 4900, includes_tax: false } } },
    { name: 'Helmet rental', price: { EUR: { amount: 1900, includes_tax: false } } },
    { name: 'Insurance', price: { EUR: { amount: 500, includes_tax: false } } },
  ],
  plans: [
    { name: 'Monthly', ...plan },
    { name: 'Yearly', ...plan, plan_length: 24 },
  ],
};
