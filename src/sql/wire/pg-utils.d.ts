/** How node-postgres turns a value into what is sent; pg-cursor and others of its family import it too. */
declare module 'pg/lib/utils.js' {
  const utils: { prepareValue(value: unknown): unknown };
  export default utils;
}
