const zipsPerOffer = 45_000;
const allZips = 100_000;
/** A prime number, so that few pairs of offers have the same ZIP codes. */
const shift = 977;

/** Returns the body of an offer with 45,000 ZIP codes, which differ from those of the offer with another index. */
export const offerWithZips = (index: number) => ({
  name: `Everywhere ${index}`,
  category: 'internet',
  status: 'active',
  serviceSpecificData: { minBandwidth: 500, maxBandwidth: 1000, connectionType: 'fiber' },
  pricingType: 'fixed',
  monthlyPrice: 50,
  visibility: 'selected',
  allowedResellers: [] as string[],
  serviceArea: {
    zipCodes: Array.from({ length: zipsPerOffer }, (_, zip) =>
      String((index * shift + zip) % allZips).padStart(5, '0'),
    ),
  },
});
