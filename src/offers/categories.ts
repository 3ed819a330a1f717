import type { Category } from './categories/category.js';
import { energy } from './categories/energy.js';
import { insurance } from './categories/insurance.js';
import { internet } from './categories/internet.js';
import { other } from './categories/other.js';
import { security } from './categories/security.js';
import { television } from './categories/television.js';

/** Every category of service. A new one is a file beside these and a line here. */
export const categories = { internet, television, security, energy, insurance, other } satisfies Record<
  string,
  Category
>;

export type CategoryName = keyof typeof categories;

export const categoryNames = Object.keys(categories) as CategoryName[];
