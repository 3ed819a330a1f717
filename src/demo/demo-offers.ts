import { categories, categoryNames, type CategoryName } from '../offers/categories/all-categories.js';

const names: Record<CategoryName, { name: string; monthlyPrice: number; keyFeatures: string[] }> = {
  internet: { name: 'Fibre 500', monthlyPrice: 44.5, keyFeatures: ['500 Mbps', 'No data cap'] },
  television: { name: 'Family TV', monthlyPrice: 84.5, keyFeatures: ['220 channels', 'HD'] },
  security: { name: 'Home Watch', monthlyPrice: 29.99, keyFeatures: ['Watched day and night'] },
  energy: { name: 'Green Power 12', monthlyPrice: 0, keyFeatures: ['100 % renewable'] },
  insurance: { name: 'Renters Basic', monthlyPrice: 12, keyFeatures: ['$100,000 cover'] },
  other: { name: 'Garden Care', monthlyPrice: 60, keyFeatures: ['Four visits a year'] },
};

/** One active offer of each category. */
export const demoOffers = categoryNames.map((category) => ({
  ...names[category],
  category,
  status: 'active',
  sku: `DEMO-${category.toUpperCase()}`,
  pricingType: 'fixed',
  serviceSpecificData: categories[category].example.service,
  complianceData: categories[category].example.compliance,
}));
