import { documentedJson, documentedRequests, withVariables } from '../support/documented-bodies.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { makeProduct } from '../support/product-offering-factories.js';
import { readSource } from '../support/source-files.js';

type Body = Record<string, unknown>;

/** A sample body of the public guides to the Offergrid API, with the file and line where it begins. */
interface Sample {
  source: string;
  line: number;
  request: string;
  body: Body;
}

const { bodies } = JSON.parse(readSource('test/support/offergrid-guide-bodies.json')) as { bodies: Sample[] };

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let offerId: string;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  offerId = (await harness.call('POST', '/provider/offers', { name: 'Offer' }, provider)).body.id;
});
afterAll(() => harness.stop());

function send({ request }: Sample, body: Body): Promise<Reply> {
  const [method = '', path = ''] = request.split(' ');
  return harness.call(method, path.replace('{id}', offerId), body, provider);
}

const messagesOf = (reply: Reply) =>
  (reply.body.errors as { message: string }[]).map(({ message }) => message);

const advicePattern =
  /^(\w+)\.(\w+) (.*); use (\w+): ([^;]+?)(?: instead of (\w+)| if no minimum speed is guaranteed)?$/;

/** Returns the body after everything that an error says was done; undefined if the error does not say what to do. */
function follow(body: Body, message: string): Body | undefined {
  if (message === 'name is required') return { ...body, name: 'Any name' };
  if (/^allowedResellers\[\d+\] must be a UUID$/.test(message))
    return { ...body, allowedResellers: [reseller.id] };
  if (message === 'resellerTeamId must be a UUID') return { ...body, resellerTeamId: reseller.id };
  const [, member = '', field = '', problem = '', use = '', value = '', instead] =
    advicePattern.exec(message) ?? [];
  if (use === '') return undefined;
  const data = { ...(body[member] as Body) };
  if (problem === 'is not a known field') delete data[field];
  else if (field !== use) return undefined;
  if (instead !== undefined) delete data[instead];
  return { ...body, [member]: { ...data, [use]: JSON.parse(value) } };
}

it('the samples are complete', () => {
  const to = (request: string) => bodies.filter((sample) => sample.request === request);
  expect(to('POST /provider/offers')).toHaveLength(28);
  expect(bodies).toHaveLength(30);
});

it.each(bodies.map((sample) => [`${sample.source}:${sample.line}`, sample] as const))(
  'accepts the sample at %s, or says what to use instead',
  async (_where, sample) => {
    const reply = await send(sample, sample.body);
    if (reply.status < 300) return;
    expect(reply.status).toBe(400);
    const corrected = messagesOf(reply).reduce<Body | undefined>(
      (body, message) => body && follow(body, message),
      sample.body,
    );
    expect({ messages: messagesOf(reply), corrected }).toEqual({
      messages: expect.anything(),
      corrected: expect.anything(),
    });
    const second = await send(sample, corrected as Body);
    expect([second.status, second.text]).toEqual([201, expect.any(String)]);
  },
);

it('names the field for every member of the categories that has one', async () => {
  const sample = (line: number) =>
    bodies.find((each) => each.source.endsWith('categories.mdx') && each.line === line);
  const messages = async (line: number) => {
    const { body } = sample(line) as Sample;
    return messagesOf(await harness.call('POST', '/provider/offers', body, provider)).map((message) =>
      message.replace('serviceSpecificData.', ''),
    );
  };
  expect(await messages(27)).toEqual([
    'minBandwidth is required for category internet; use minBandwidth: 0 if no minimum speed is guaranteed',
    'maxBandwidth is required for category internet; use maxBandwidth: 1000 instead of downloadSpeed',
    'connectionType must be one of fiber, cable, dsl, satellite, fixed_wireless, 5g_home; use connectionType: "fiber"',
    'dataCapacity is not a known field; use dataCap: null',
    'uploadSpeed is not a known field; use marketedUploadHighMbps: 1000',
  ]);
  expect(await messages(59)).toEqual([
    'serviceType must be one of cable, satellite, streaming; use serviceType: "cable"',
    'channelCount must be an integer; use channelCount: 250',
    'dvr must be true or false; use dvr: true',
    'hdChannels is not a known field; use hd: true',
  ]);
  expect(await messages(90)).toEqual([
    'monitoringType must be one of professional_monitoring, self_monitoring, hybrid; use monitoringType: "professional_monitoring"',
    'installationType must be one of professional, diy; use installationType: "professional"',
  ]);
  expect(await messages(120)).toEqual([
    'energyType must be one of electricity, gas, solar; use energyType: "electricity"',
    'contractLength is not a known field; use contractLengthMonths: 12',
    'renewablePercent is not a known field; use renewablePercentage: 100',
  ]);
  expect(await messages(150)).toEqual([
    'deductible must be a number; use deductible: 1000',
    'coverageLimit is not a known field; use coverageAmount: 500000',
    'policyTerm is not a known field; use premiumTermMonths: 12',
  ]);
});

it('keeps other names as they are in data that is valid', async () => {
  const serviceSpecificData = { rateStructure: '$0.12 per kWh', contractLength: '12 months' };
  const reply = await harness.call(
    'POST',
    '/provider/offers',
    { name: 'Power', category: 'energy', serviceSpecificData },
    provider,
  );
  expect([reply.status, reply.body.serviceSpecificData]).toEqual([201, serviceSpecificData]);
});

describe('the documentation of this project', () => {
  const requests = documentedRequests();
  const unknownId = '0190c3de-0000-7000-8000-000000000001';
  /** An example of an error, whose body is wrong on purpose. */
  const isWrong = ({ body }: { body: string }) => body.includes('"nmae"');

  it('sends bodies that fit their schemas', () => {
    const { openapi } = harness;
    // The second argument of a function in the README is a role.
    const valueOf = (name: string) => (name === '2' ? 'provider' : unknownId);
    const refused = requests.filter(({ method, path, body }) => {
      const template = openapi
        .operations()
        .find((each) => each.method === method.toLowerCase() && matches(each.path, path));
      const escaped = (template?.path ?? path).replaceAll('~', '~0').replaceAll('/', '~1');
      const content = `#/paths/${escaped}/${method.toLowerCase()}/requestBody/content/application~1json`;
      return !openapi.accepts(`${content}/schema`, JSON.parse(withVariables(body, valueOf)));
    });
    expect(refused).toEqual(requests.filter(isWrong));
    expect(requests.length).toBeGreaterThan(25);
  });

  it('describes product offerings with requests that work in this order', async () => {
    const kept = new Map<string, string>();
    const valueOf = (name: string) => kept.get(name) ?? `$${name}`;
    const sent = requests.filter(({ file }) => file === 'docs/product-offerings.md');
    for (const { method, path, body, keeps } of sent) {
      const json = withVariables(body, valueOf);
      const reply = await harness.call(method, path.replace('$PROMOTION', valueOf('promotionId')), json, {
        key: provider.key,
        headers: { 'content-type': 'application/json' },
      });
      expect([path, reply.status < 300, reply.text]).toEqual([path, true, expect.any(String)]);
      if (keeps) kept.set(keeps.variable, reply.body[keeps.member]);
      if (reply.body?.promotionId) kept.set('promotionId', reply.body.promotionId);
    }
    expect(sent.length).toBeGreaterThan(7);
  });

  it('has JSON that is accepted as a body, or is known not to be one', async () => {
    const { productId } = await makeProduct(harness, provider);
    const bodies: Record<string, string> = { 'docs/product-offerings.md 1': '/product-offerings' };
    const others: string[] = [];
    for (const [where, json] of documentedJson()) {
      const body = JSON.parse(json) as Body;
      const path = bodies[where];
      if (path === undefined) others.push(where);
      else {
        const reply = await harness.call('POST', path, { ...body, productId }, provider);
        expect([where, reply.status, reply.text]).toEqual([where, 201, expect.any(String)]);
      }
    }
    // Excerpts of answers, a webhook, and a file with rules, which a test of the rules reads.
    expect(others).toEqual([
      'docs/clients.md 1',
      'docs/compliance.md 1',
      'docs/events.md 1',
      'docs/feeds.md 1',
      'docs/imports.md 1',
      'docs/prices.md 1',
      'docs/webhooks.md 1',
    ]);
  });
});

/** Returns whether a path, which can contain variables, is one of an operation's. */
const matches = (template: string, path: string) =>
  new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
