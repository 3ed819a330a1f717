import { categoryNames } from '../offers/categories/all-categories.js';
import { sampleOffer } from '../offers/categories/offer-examples.js';

/** One active offer in each category. */
export const demoOffers = categoryNames.map((category) =>
  sampleOffer(category, `DEMO-${category.toUpperCase()}`),
);
