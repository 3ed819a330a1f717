import { start, type Harness } from '../harness.js';
import { fullOffer, makeTeam, type TestTeam } from '../factories.js';

describe('/provider/offers', () => {
  let harness: Harness;
  let provider: TestTeam;

  beforeAll(async () => {
    harness = await start();
    provider = await makeTeam(harness, 'provider');
  });
  afterAll(() => harness.stop());

  it('returns the full body field by field', async () => {
    const reply = await harness.call('POST', '/provider/offers', fullOffer, provider);
    expect(reply.body).toMatchObject(fullOffer);
    expect(reply.status).toBe(201);
    expect((await harness.call('GET', reply.headers.location ?? '', undefined, provider)).body).toEqual(
      reply.body,
    );
  });
});
