import { setTimeout as sleep } from 'node:timers/promises';
import { createRequestLines } from '../../local/request-lines.ts';
import { createPaint } from '../../ops/terminal/paint.ts';

const alice = '3b0c0a4e-6f0e-4b7c-9a55-0d6d3f1c7a01';
const now = () => new Date(2026, 10, 29, 9, 41, 7);

function watch({ isVerbose = false, isColoured = false } = {}) {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  const lines = createRequestLines({ print, paint: createPaint(isColoured), isVerbose, now });
  const call = (tool: string) =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } });
  return {
    printed,
    lines,
    log: (facts: object) => lines.logged('mcp', JSON.stringify({ requestId: 'function-1', ...facts })),
    ask: (tool: string) => lines.invoked('gateway-1', 'function-1', call(tool)),
    answer: (status: number, path = '/mcp', method = 'POST') =>
      lines.answered({ requestId: 'gateway-1', method, path, status, milliseconds: 12.4 }),
  };
}

describe('the line of a request', () => {
  it('tells when, what, who, how it went and how long it took', () => {
    const { printed, ask, log, answer } = watch();
    ask('read_file');
    log({ event: 'tool_call', subject: alice, outcome: 'ok' });
    log({ event: 'request', subject: alice, status: 200 });
    answer(200);
    expect(printed).toEqual([
      '09:41:07  tools/call read_file              alice       200 ok            12 ms',
    ]);
  });

  it('waits for the log that comes after the answer', () => {
    const { printed, ask, log, answer } = watch();
    ask('read_file');
    answer(200);
    expect(printed).toEqual([]);
    log({ event: 'request', clientId: 'nightly', status: 200 });
    expect(printed).toEqual([expect.stringMatching(/nightly +200 ok/)]);
  });

  it('does not wait for ever: a function that crashed logs nothing', async () => {
    const { printed, ask, answer } = watch();
    ask('read_file');
    answer(500);
    await sleep(600);
    expect(printed).toEqual([expect.stringMatching(/read_file +- +500 +12 ms/)]);
  });

  it.each([
    [{ event: 'refused', code: 'no_token' }, 401, '401 no_token'],
    [
      { event: 'refused', code: 'insufficient_scope', required: ['files:write'] },
      403,
      '403 insufficient_scope: needs files:write',
    ],
    [{ event: 'tool_call', outcome: 'failed' }, 200, '200 failed: the answer says why'],
    [{ event: 'tool_call', outcome: 'invalid' }, 200, '200 invalid arguments'],
    [{ event: 'tool_failed', error: { message: 'Access Denied' } }, 200, '200 outage: Access Denied'],
    [{ event: 'request_failed', error: { message: 'no bucket' } }, 500, '500 outage: no bucket'],
  ])('says of %j why', (facts, status, verdict) => {
    const { printed, ask, log, answer } = watch();
    ask('write_file');
    log(facts);
    log({ event: 'request' });
    answer(status);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain(`  ${verdict}  `);
  });

  it('names the method and the path of what no function was asked', () => {
    const { printed, answer } = watch();
    answer(404, '/nowhere', 'GET');
    expect(printed).toEqual([expect.stringMatching(/GET \/nowhere +- +404 +12 ms/)]);
  });

  it('keeps control characters of a caller off the terminal, and long names short', () => {
    const { printed, ask, log, answer } = watch();
    ask(`\u001b[31m${'x'.repeat(100)}`);
    log({ event: 'request' });
    answer(200);
    expect(printed[0]).toMatch(/ {2}tools\/call {2}\[31mx+… {2}/);
  });

  it('is coloured on a terminal', () => {
    const { printed, answer } = watch({ isColoured: true });
    answer(404);
    expect(printed[0]).toContain('\u001b[33m404');
  });
});

describe('other lines of a function', () => {
  it('are quiet where they tell what is expected', () => {
    const { printed, log } = watch();
    log({ event: 'key_set_loaded', keys: 1 });
    log({ event: 'metrics' });
    expect(printed).toEqual([]);
  });

  it('are told where something is wrong, without what only CloudWatch reads', () => {
    const { printed, log } = watch();
    log({ event: 'key_set_load_failed', reason: 'ECONNREFUSED', _aws: {}, Service: 'Local' });
    expect(printed).toEqual(['mcp key_set_load_failed {"reason":"ECONNREFUSED"}']);
  });

  it('are told as they are where they are no JSON', () => {
    const { printed, lines } = watch();
    lines.logged('mcp', 'Runtime exited with error: exit status 1');
    expect(printed).toEqual(['mcp Runtime exited with error: exit status 1']);
  });

  it('all come with --verbose', () => {
    const { printed, log } = watch({ isVerbose: true });
    log({ event: 'key_set_loaded', keys: 1 });
    expect(printed).toEqual(['mcp {"requestId":"function-1","event":"key_set_loaded","keys":1}']);
  });
});
