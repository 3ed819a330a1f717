import { categories, categoryNames, type CategoryName } from './all-categories.js';

/** Returns a complete, active offer of a category. */
export function sampleOffer(category: CategoryName, sku: string) {
  const { demo, example } = categories[category];
  return {
    ...demo,
    category,
    status: 'active',
    sku,
    pricingType: 'fixed',
    serviceSpecificData: example.service,
    complianceData: example.compliance,
  };
}

/** An example of a request body for each category, for the documentation. */
export const offerExamples = Object.fromEntries(
  categoryNames.map((category) => {
    const value = sampleOffer(category, `EXAMPLE-${category.toUpperCase()}`);
    return [category, { summary: `${category}: ${value.name}`, value }];
  }),
);
