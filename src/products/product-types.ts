/** What a product is; decides its categories. */
export const productTypes = ['SUBSCRIPTION', 'ADDON', 'LICENSE', 'EXTERNAL_PRODUCT'] as const;
export type ProductType = (typeof productTypes)[number];

/** The categories of each type. Products of the same type and category may usually be switched. */
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

/** Every spelling that is accepted for a type: newer clients say `SUBSCRIPTION_ADDON` for `ADDON`. */
export const typeSpellings: readonly string[] = [...productTypes, ...Object.keys(typeAliases)];

/** Every spelling that is accepted for a category: newer clients put `PRODUCT_CATEGORY_` before it. */
export const categorySpellings: readonly string[] = withPrefix(productCategories);

/** The spellings of the categories of subscriptions, which is what an add-on can fit. */
export const subscriptionCategorySpellings: readonly string[] = withPrefix(categoriesOfType.SUBSCRIPTION);

function withPrefix(categories: readonly string[]): string[] {
  return [...categories, ...categories.map((category) => categoryPrefix + category)];
}

/** The spelling that is stored and shown; the given one must be one of `typeSpellings`. */
export const canonicalType = (spelling: string): ProductType =>
  typeAliases[spelling] ?? (spelling as ProductType);

/** The spelling that is stored and shown; the given one must be one of `categorySpellings`. */
export const canonicalCategory = (spelling: string): ProductCategory =>
  (spelling.startsWith(categoryPrefix) ? spelling.slice(categoryPrefix.length) : spelling) as ProductCategory;

/** Whether the category is one of the type's. */
export const belongsTo = (category: ProductCategory, type: ProductType): boolean =>
  (categoriesOfType[type] as readonly string[]).includes(category);
