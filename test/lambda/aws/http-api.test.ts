import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHttpApiHandler } from '../../../lambda/aws/http-api.ts';
import type { Invocation } from '../../../lambda/invocation.ts';

const root = '1-5759e988-bd862e3fe1be46a994272793';
const other = '1-00000000-000000000000000000000000';

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
    return new Response();
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
    const handler = createHttpApiHandler(async ({ headers }) => {
      seenByEndpoint.push(headers.get('authorization'));
      return new Response();
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
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    const handler = createHttpApiHandler(async () => new Response(), {});
    await handler(toEvent(), { awsRequestId: 'r1', getRemainingTimeInMillis: () => left });
    expect(timeout).toHaveBeenLastCalledWith(expected);
    timeout.mockRestore();
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
