import { ApiProperty, ApiSchema } from '../../lazy-swagger/decorators.js';
import { BooleanField, TextField, TextListField } from '../../validation/fields.js';

/** What the list of attributes says about one attribute. */
export interface AttributeInfo {
  type: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'date-time';
  description: string;
  /** Whether a request to create the resource must contain it. */
  required?: boolean;
  /** The allowed values. */
  options?: readonly string[];
}

@ApiSchema({ name: 'SubscriptionAttribute' })
export class AttributeView {
  @TextField({ description: 'Name of the attribute for people.', max: 100, example: 'External ref' })
  label: string;
  @TextField({
    description: 'Name of the attribute in requests and responses.',
    max: 100,
    example: 'external_ref',
  })
  value: string;
  @TextField({ description: 'Type of the value.', max: 100, example: 'string' })
  type: string;
  @BooleanField({
    description: 'Whether the attribute is required to create the resource.',
    example: false,
  })
  required: boolean;
  @TextField({
    description: 'What the attribute means.',
    max: 1000,
    example: "Reference in the provider's own system.",
  })
  description: string;
  @TextListField({
    description: 'The allowed values, if there is a fixed set of them.',
    maxItems: 100,
    maxLength: 100,
    optional: true,
    example: ['close', 'roll'],
  })
  options?: string[];
}

@ApiSchema({ name: 'SubscriptionAttributes' })
export class AttributeList {
  @ApiProperty({ type: [AttributeView], description: 'The attributes of the resource.' })
  data: AttributeView[];
}

/** Builds the response body with the attributes of a resource, by name. */
export function attributeList(attributes: Readonly<Record<string, AttributeInfo>>): AttributeList {
  return {
    data: Object.entries(attributes).map(([value, { type, required = false, description, options }]) => ({
      label: labelOf(value),
      value,
      type,
      required,
      description,
      ...(options ? { options: [...options] } : {}),
    })),
  };
}

/** Converts `external_ref` to `External ref`. */
const labelOf = (name: string) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('_', ' ');

/** The attributes that the server sets. */
export const timeAttributes = {
  created_at: { type: 'date-time', description: 'Creation time.' },
  updated_at: { type: 'date-time', description: 'Time of the last change.' },
} as const;
