/** Version of the service and of its API. Must equal the version in package.json; a test checks this. */
export const version = '0.1.0';
