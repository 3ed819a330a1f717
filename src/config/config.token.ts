/** Injection token of the one Config object. */
export const CONFIG = Symbol('config');
