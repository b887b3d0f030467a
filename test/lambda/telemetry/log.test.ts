import { createLog, toErrorFacts } from '../../../lambda/telemetry/log.ts';

function createLines() {
  const lines: string[] = [];
  const log = createLog({ service: 'files', write: (line) => lines.push(line), now: () => 1_000 });
  return { log, lines };
}

describe('the log', () => {
  it('is one JSON object a line, without facts that are unknown', () => {
    const { log, lines } = createLines();
    log('request', { status: 200, subject: undefined });
    expect(lines).toEqual(['{"event":"request","status":200}']);
  });

  it('has the metrics of an event in its line, where CloudWatch looks for them', () => {
    const { log, lines } = createLines();
    log('request', { requestId: 'r1' }, [{ name: 'Requests', value: 1 }]);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        event: 'request',
        requestId: 'r1',
        _aws: {
          Timestamp: 1_000,
          CloudWatchMetrics: [
            {
              Namespace: 'CasdoorMcpFileServer',
              Dimensions: [['Service']],
              Metrics: [{ Name: 'Requests', Unit: 'Count' }],
            },
          ],
        },
        Service: 'files',
        Requests: 1,
      },
    ]);
  });

  it('has what does not fit into the line in another one, with the id of the request', () => {
    const { log, lines } = createLines();
    log('request', { requestId: 'r1' }, [
      { name: 'StorageLatency', value: 1, dimension: 'stat' },
      { name: 'StorageLatency', value: 2, dimension: 'write' },
    ]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'request', Operation: 'stat' },
      { event: 'metrics', requestId: 'r1', Operation: 'write', StorageLatency: 2 },
    ]);
  });

  it('is written to the standard output past the console, which Lambda would wrap it by', () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const wrapped = jest.spyOn(console, 'info').mockReturnValue();
    createLog({ service: 'files' })('request', {});
    expect(write.mock.calls).toEqual([['{"event":"request"}\n']]);
    expect(wrapped).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });
});

describe('the facts of an error', () => {
  it('are its name, message, stack and causes, and nothing attached to it', () => {
    const cause = Object.assign(new TypeError('inner'), { response: 'secret' });
    const facts = toErrorFacts(new Error('outer', { cause }));
    expect(facts).toEqual({
      name: 'Error',
      message: 'outer',
      stack: expect.stringContaining('Error: outer'),
      cause: { name: 'TypeError', message: 'inner', stack: expect.stringContaining('TypeError: inner') },
    });
  });

  it('are made safe text by text', () => {
    const cause = new Error('holds secret');
    const facts = toErrorFacts(new Error('secret', { cause }), (text) => text.replaceAll('secret', '*'));
    expect(JSON.stringify(facts)).not.toContain('secret');
    expect(facts).toMatchObject({ message: '*', cause: { message: 'holds *' } });
  });

  it('are the text of what is no error', () => {
    expect(toErrorFacts('gone')).toEqual({ message: 'gone' });
  });
});
