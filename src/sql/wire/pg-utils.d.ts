/** Converts a value to what node-postgres sends. pg-cursor and related packages also import this module. */
declare module 'pg/lib/utils.js' {
  const utils: { prepareValue(value: unknown): unknown };
  export default utils;
}
