/** The client closed its connection before the response was complete, so nobody needs the result. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';

  constructor() {
    super('The client closed the connection');
  }
}
