import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHttpApiHandler } from '../../../lambda/aws/http-api.ts';
import type { Invocation, WholeRequest } from '../../../lambda/invocation.ts';

const root = '1-5759e988-bd862e3fe1be46a994272793';
const other = '1-00000000-000000000000000000000000';

/** An empty answer. */
const nothing = () => ({ status: 200, headers: new Headers(), body: new Uint8Array() });

function toEvent(headers: Record<string, string> = {}): APIGatewayProxyEventV2 {
  // The handler reads nothing else of an event.
  return {
    rawPath: '/mcp',
    rawQueryString: '',
    headers,
    requestContext: { domainName: 'mcp.example.com', http: { method: 'GET' } },
  } as APIGatewayProxyEventV2;
}

function createInvocations(variables: Record<string, string>) {
  const invocations: Invocation[] = [];
  const handler = createHttpApiHandler(async (_request, invocation) => {
    invocations.push(invocation);
    return nothing();
  }, variables);
  const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 10_000 };
  return { invocations, invoke: (headers = {}) => handler(toEvent(headers), context) };
}

describe('the handler of HTTP API events', () => {
  it.each([
    ['Bearer token€', 'Bearer token?'],
    ['Bearer to\u0000\nken', 'Bearer to??ken'],
    ['Bearer caf\u00e9', 'Bearer caf\u00e9'],
  ])('keeps the invalid header %j invalid', async (sent, seen) => {
    const seenByEndpoint: (string | null)[] = [];
    const handler = createHttpApiHandler(async ({ head }) => {
      seenByEndpoint.push(head.headers.get('authorization'));
      return nothing();
    }, {});
    await handler(toEvent({ authorization: sent }), {
      awsRequestId: 'r1',
      getRemainingTimeInMillis: () => 10_000,
    });
    expect(seenByEndpoint).toEqual([seen]);
  });

  it.each([
    [10_000, 6_000],
    [3_000, 0],
  ])('ends the work with %i ms left after %i ms, so that its answer is on time', async (left, expected) => {
    jest.useFakeTimers();
    try {
      const handler = createHttpApiHandler(async (_request, { deadline }) => {
        await new Promise((resolve) => deadline.addEventListener('abort', resolve));
        expect(deadline.reason).toMatchObject({ name: 'TimeoutError' });
        return nothing();
      }, {});
      let isAnswered = false;
      const answer = handler(toEvent(), { awsRequestId: 'r1', getRemainingTimeInMillis: () => left });
      void answer.then(() => {
        isAnswered = true;
      });
      for (let passed = 0; passed < expected; passed += expected / 2) {
        expect(isAnswered).toBe(false);
        await jest.advanceTimersByTimeAsync(expected / 2);
      }
      await jest.advanceTimersByTimeAsync(0);
      expect(await answer).toMatchObject({ statusCode: 200 });
    } finally {
      jest.useRealTimers();
    }
  });

  it('leaves no timer behind when it has answered', async () => {
    jest.useFakeTimers();
    try {
      const handler = createHttpApiHandler(async () => nothing(), {});
      await handler(toEvent(), { awsRequestId: 'r1', getRemainingTimeInMillis: () => 10_000 });
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('tells the endpoint the request id, and the trace that Lambda wrote for this very request', async () => {
    const variables: Record<string, string> = {};
    const { invocations, invoke } = createInvocations(variables);
    variables._X_AMZN_TRACE_ID = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`;
    await invoke({ 'x-amzn-trace-id': `Root=${other}` });
    expect(invocations).toMatchObject([{ requestId: 'r1', traceId: root }]);
    expect(invocations[0]?.deadline.aborted).toBe(false);
  });

  it.each([
    [`Root=${root}`, root],
    [`Self=${other};Root=${root}`, root],
    ['Root=somebody else’s text', undefined],
    [`Root=${root}0`, undefined],
    ['', undefined],
  ])('reads the trace from the header %j where there is no variable', async (header, expected) => {
    const { invocations, invoke } = createInvocations({});
    await invoke({ 'x-amzn-trace-id': header });
    expect(invocations[0]?.traceId).toBe(expected);
  });

  it('knows the first request of an environment, which waited for it', async () => {
    const { invocations, invoke } = createInvocations({ AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' });
    await invoke();
    await invoke();
    expect(invocations.map(({ coldStart }) => coldStart)).toEqual([true, false]);
  });

  it('calls no request cold in an environment that was made ahead of it', async () => {
    const variables = { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' };
    const { invocations, invoke } = createInvocations(variables);
    await invoke();
    expect(invocations.map(({ coldStart }) => coldStart)).toEqual([false]);
  });
});

describe('an event that is none of an HTTP API', () => {
  const { requestContext, ...others } = toEvent();
  it.each<[string, unknown]>([
    ['of a warmer', {}],
    ['of a schedule', { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }],
    [
      'of a REST API',
      { httpMethod: 'POST', path: '/mcp', headers: {}, requestContext: { stage: 'prod' }, body: '' },
    ],
    ['of a load balancer', { httpMethod: 'GET', path: '/mcp', headers: {}, requestContext: { elb: {} } }],
    ['without headers', { ...toEvent(), headers: undefined }],
    ['without a context', others],
    ['that is null', null],
    ['for a host that is none', { ...toEvent(), requestContext: { ...requestContext, domainName: 'a b' } }],
    ['for a path that is none', { ...toEvent(), rawPath: '/\ud800' }],
    ['with a header that is none', toEvent({ 'a b': 'c' })],
    [
      'of a method that is none',
      { ...toEvent(), requestContext: { ...requestContext, http: { method: 'a b' } } },
    ],
    [
      'of a method for proxies',
      { ...toEvent(), requestContext: { ...requestContext, http: { method: 'TRACE' } } },
    ],
  ])('is answered with 400: %s', async (_, event) => {
    const endpoint = jest.fn();
    const handler = createHttpApiHandler(endpoint, {});
    const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 10_000 };
    expect(await handler(event as APIGatewayProxyEventV2, context)).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('payload format 2.0'),
    });
    expect(endpoint).not.toHaveBeenCalled();
  });
});

describe('what the platform can carry', () => {
  const limit = 6_291_556;

  it.each([
    ['letters', 'a'],
    ['quotes, which JSON escapes', '"'],
    ['control characters, which take six bytes', '\u0001'],
    ['letters of three bytes', '世'],
  ])('is bounded by the bytes of the result as JSON: %s', async (_, character) => {
    const { invocations, invoke } = createInvocations({});
    await invoke();
    const canCarry = (length: number) => {
      const body = new TextEncoder().encode(character.repeat(length));
      const result = {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: character.repeat(length),
      };
      return [invocations[0]?.canCarry(body), Buffer.byteLength(JSON.stringify(result)) <= limit];
    };
    const bytes = Buffer.byteLength(JSON.stringify(character)) - 2;
    expect(canCarry(Math.floor((limit - 20_000) / bytes))).toEqual([true, true]);
    expect(canCarry(Math.floor(limit / bytes))).toEqual([false, false]);
  });
});

describe('a method in lower case', () => {
  it.each(['get', 'head', 'Post', 'delete'])('is known: %s', async (method) => {
    const endpoint = jest.fn(async (_request: WholeRequest) => nothing());
    const event = { ...toEvent(), body: '' };
    event.requestContext.http.method = method;
    const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 10_000 };
    expect(await createHttpApiHandler(endpoint, {})(event, context)).toMatchObject({ statusCode: 200 });
    expect(endpoint.mock.calls[0]?.[0].head.method).toBe(method.toUpperCase());
  });
});

describe('a HEAD request', () => {
  it('is answered with the headers alone', async () => {
    const handler = createHttpApiHandler(
      async () => ({ ...nothing(), headers: new Headers({ allow: 'POST' }), body: Buffer.from('text') }),
      {},
    );
    const event = toEvent();
    event.requestContext.http.method = 'HEAD';
    const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 10_000 };
    expect(await handler(event, context)).toMatchObject({ headers: { allow: 'POST' }, body: '' });
  });
});
