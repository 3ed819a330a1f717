import {
  belongsTo,
  canonicalCategory,
  canonicalType,
  categoriesOfType,
  categorySpellings,
  productCategories,
  productTypes,
  typeSpellings,
} from '../../src/products/product-types.js';

describe('types of products', () => {
  it.each([
    ['SUBSCRIPTION', 'SUBSCRIPTION'],
    ['ADDON', 'ADDON'],
    ['SUBSCRIPTION_ADDON', 'ADDON'],
    ['LICENSE', 'LICENSE'],
    ['EXTERNAL_PRODUCT', 'EXTERNAL_PRODUCT'],
  ])('reads %s as %s', (given, type) => {
    expect(typeSpellings).toContain(given);
    expect(canonicalType(given)).toBe(type);
  });

  it('reads every category with and without the prefix', () => {
    for (const category of productCategories)
      for (const spelling of [category, `PRODUCT_CATEGORY_${category}`]) {
        expect(categorySpellings).toContain(spelling);
        expect(canonicalCategory(spelling)).toBe(category);
      }
    expect(categorySpellings).toHaveLength(2 * productCategories.length);
  });

  it('has each category under exactly one type', () => {
    for (const category of productCategories)
      expect(productTypes.filter((type) => belongsTo(category, type))).toHaveLength(1);
    expect(new Set(productCategories).size).toBe(Object.values(categoriesOfType).flat().length);
    expect(belongsTo('TRAVEL_ESIM', 'SUBSCRIPTION')).toBe(true);
    expect(belongsTo('TRAVEL_ESIM_PACKAGE', 'SUBSCRIPTION')).toBe(false);
  });
});
