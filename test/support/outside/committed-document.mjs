import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** @type {{ document: object, validatorOf(pointer: string): import('ajv').ValidateFunction } | undefined} */
let committed;

/**
 * The committed OpenAPI document, and a function that returns the validator of the schema at a pointer in it. All test
 * files of a worker use the same ones, because making a validator takes longer than checking the answers of most tests.
 */
export function committedDocument() {
  committed ??= read();
  return committed;
}

function read() {
  const document = JSON.parse(readFileSync(new URL('../../../openapi.json', import.meta.url), 'utf8'));
  /** Optimizing the code of a validator takes longer than the few values it checks. */
  const ajv = new Ajv2020({ strict: false, allErrors: false, code: { optimize: false } });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'openapi', ...document });
  const validators = new Map();
  const validatorOf = (pointer) => {
    const validator = validators.get(pointer) ?? ajv.compile({ $ref: `openapi${encodeURI(pointer)}` });
    validators.set(pointer, validator);
    return validator;
  };
  return { document, validatorOf };
}
