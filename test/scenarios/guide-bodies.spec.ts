import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
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
