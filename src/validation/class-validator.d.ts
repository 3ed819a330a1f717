/*
 * The parts of class-validator that we use, by their files: its index also loads every validator that it brings along,
 * and what those need to know of phone numbers the world over.
 */
declare module 'class-validator/cjs/decorator/common/ValidateBy.js' {
  export { ValidateBy } from 'class-validator';
}
declare module 'class-validator/cjs/decorator/common/ValidateIf.js' {
  export { ValidateIf } from 'class-validator';
}
declare module 'class-validator/cjs/metadata/MetadataStorage.js' {
  export { getMetadataStorage } from 'class-validator';
}
declare module 'class-validator/cjs/validation/ValidationTypes.js' {
  export { ValidationTypes } from 'class-validator';
}
