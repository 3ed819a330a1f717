import {
  isCategoryOf,
  canonicalCategory,
  canonicalType,
  categoriesOfType,
  categorySpellings,
  productCategories,
  productTypes,
  typeSpellings,
} from '../../src/products/product-types.js';

describe('product types', () => {
  it.each([
    ['SUBSCRIPTION', 'SUBSCRIPTION'],
    ['ADDON', 'ADDON'],
    ['SUBSCRIPTION_ADDON', 'ADDON'],
    ['LICENSE', 'LICENSE'],
    ['EXTERNAL_PRODUCT', 'EXTERNAL_PRODUCT'],
  ])('maps %s to %s', (given, type) => {
    expect(typeSpellings).toContain(given);
    expect(canonicalType(given)).toBe(type);
  });

  it('accepts every category with and without the prefix', () => {
    for (const category of productCategories)
      for (const spelling of [category, `PRODUCT_CATEGORY_${category}`]) {
        expect(categorySpellings).toContain(spelling);
        expect(canonicalCategory(spelling)).toBe(category);
      }
    expect(categorySpellings).toHaveLength(2 * productCategories.length);
  });

  it('lists each category under exactly one type', () => {
    for (const category of productCategories)
      expect(productTypes.filter((type) => isCategoryOf(category, type))).toHaveLength(1);
    expect(new Set(productCategories).size).toBe(Object.values(categoriesOfType).flat().length);
    expect(isCategoryOf('TRAVEL_ESIM', 'SUBSCRIPTION')).toBe(true);
    expect(isCategoryOf('TRAVEL_ESIM_PACKAGE', 'SUBSCRIPTION')).toBe(false);
  });
});
