/** Product types. Each type has its own categories. */
export const productTypes = ['SUBSCRIPTION', 'ADDON', 'LICENSE', 'EXTERNAL_PRODUCT'] as const;
export type ProductType = (typeof productTypes)[number];

/** Categories by type. Customers can usually switch between products of the same type and category. */
export const categoriesOfType = {
  SUBSCRIPTION: [
    'SUBSCRIPTION_CELL',
    'SUBSCRIPTION_DATA_SIM',
    'SUBSCRIPTION_BROADBAND',
    'SUBSCRIPTION_M2M',
    'TRAVEL_ESIM',
  ],
  ADDON: ['EXTRA_DATA', 'TRAVEL_ESIM_PACKAGE'],
  LICENSE: ['LICENSE_PBX'],
  EXTERNAL_PRODUCT: ['EXTERNAL_HARDWARE', 'EXTERNAL_OTHER'],
} as const satisfies Record<ProductType, readonly string[]>;

export type ProductCategory = (typeof categoriesOfType)[ProductType][number];
export const productCategories: readonly ProductCategory[] = Object.values(categoriesOfType).flat();

export const customerTypes = ['CONSUMER', 'BUSINESS'] as const;
export type CustomerType = (typeof customerTypes)[number];

export const regions = ['EUROPE', 'AMERICAS', 'NORTH_AMERICA', 'ASIA_PACIFIC', 'GLOBAL'] as const;
export const activationTypes = ['INSTANT', 'FIRST_USE'] as const;

const typeAliases: Partial<Record<string, ProductType>> = { SUBSCRIPTION_ADDON: 'ADDON' };
const categoryPrefix = 'PRODUCT_CATEGORY_';

/** All accepted spellings of types. Newer clients send `SUBSCRIPTION_ADDON` instead of `ADDON`. */
export const typeSpellings: readonly string[] = [...productTypes, ...Object.keys(typeAliases)];

/** All accepted spellings of categories. Newer clients add the prefix `PRODUCT_CATEGORY_`. */
export const categorySpellings: readonly string[] = spellingsOf(productCategories);

/** All accepted spellings of subscription categories, the only ones to which an add-on can apply. */
export const subscriptionCategorySpellings: readonly string[] = spellingsOf(categoriesOfType.SUBSCRIPTION);

function spellingsOf(categories: readonly string[]): string[] {
  return [...categories, ...categories.map((category) => categoryPrefix + category)];
}

/** Returns the canonical spelling, which is the stored one. The argument must be one of `typeSpellings`. */
export const canonicalType = (spelling: string): ProductType =>
  typeAliases[spelling] ?? (spelling as ProductType);

/**
 * Returns the canonical spelling, which is the stored one. The argument must be one of `categorySpellings`.
 */
export const canonicalCategory = (spelling: string): ProductCategory =>
  (spelling.startsWith(categoryPrefix) ? spelling.slice(categoryPrefix.length) : spelling) as ProductCategory;

export const isCategoryOf = (category: ProductCategory, type: ProductType): boolean =>
  (categoriesOfType[type] as readonly string[]).includes(category);
