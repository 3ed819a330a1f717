type ColumnType = 'text' | 'bpchar' | 'text[]' | 'uuid[]' | 'jsonb' | 'bigint';

/** A DTO field that is stored in a separate column. */
export interface StoredField {
  /** Name of the property in code. */
  name: string;
  column: string;
  type: ColumnType;
  nullable: boolean;
  default?: string;
}

interface StoredOptions {
  /** The name in code if it differs from that of the field, because the value is stored in another form. */
  name?: string;
  notNull?: boolean;
  default?: string;
}

const fieldsByClass = new WeakMap<object, StoredField[]>();

/** Stores a field in the column that has the field's name in snake case. */
export function Stored(type: ColumnType, options: StoredOptions = {}): PropertyDecorator {
  return (target, key) => {
    const name = options.name ?? String(key);
    const fields = fieldsByClass.get(target) ?? [];
    fields.push({
      name,
      column: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      type,
      nullable: !options.notNull,
      default: options.default,
    });
    fieldsByClass.set(target, fields);
  };
}

/** Returns the stored fields of a class, in declaration order. */
export const storedFieldsOf = (type: new () => object): readonly StoredField[] =>
  fieldsByClass.get(type.prototype as object) ?? [];
