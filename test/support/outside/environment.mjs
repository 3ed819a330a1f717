import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';
import { committedDocument } from './committed-document.mjs';

const require = createRequire(import.meta.url);

/**
 * The Node environment of Jest, in which tests use the compiled application and all packages outside of their own
 * context; see transform.mjs.
 */
export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { loadOutside: require, committedDocument });
    // Decorators store metadata in the one, and types such as the other.
    Object.assign(this.global, { Reflect, Number });
  }
}
