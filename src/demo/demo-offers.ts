import { categories, categoryNames } from '../offers/categories/all-categories.js';

/** One active offer in each category. */
export const demoOffers = categoryNames.map((category) => ({
  ...categories[category].demo,
  category,
  status: 'active',
  sku: `DEMO-${category.toUpperCase()}`,
  pricingType: 'fixed',
  serviceSpecificData: categories[category].example.service,
  complianceData: categories[category].example.compliance,
}));
