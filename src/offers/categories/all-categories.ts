import type { Category } from './category.js';
import { energy } from './energy.js';
import { insurance } from './insurance.js';
import { internet } from './internet.js';
import { other } from './other.js';
import { security } from './security.js';
import { television } from './television.js';

/** All service categories. To add one, create a file in this folder and list it here. */
export const categories = { internet, television, security, energy, insurance, other } satisfies Record<
  string,
  Category
>;

export type CategoryName = keyof typeof categories;

export const categoryNames = Object.keys(categories) as CategoryName[];
