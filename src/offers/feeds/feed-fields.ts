import type { FieldOptions } from '../../validation/field.js';
import { TextField } from '../../validation/fields.js';

/** Declares the name of a feed: 1 to 100 characters, chosen by the provider, and case-sensitive. */
export const FeedNameField = (options: FieldOptions) =>
  TextField({ kind: 'identifier', min: 1, max: 100, example: 'ptc', ...options });
