import { createOutput } from '../../local/output.ts';

function print(isJson: boolean, use: (output: ReturnType<typeof createOutput>) => void) {
  const written = { stdout: '', stderr: '' };
  const toStream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  use(
    createOutput({
      isJson,
      isVerbose: false,
      isColoured: false,
      stdout: toStream('stdout'),
      stderr: toStream('stderr'),
    }),
  );
  return written;
}

describe('the output of npm start', () => {
  it('has a line for each part, with its time', () => {
    expect(print(false, ({ started }) => started?.('S3 server', 1234))).toEqual({
      stdout: '+ S3 server                   1.2 s\n',
      stderr: '',
    });
  });

  it('is JSON alone on the standard output with --json, also for what is no JSON', () => {
    const { stdout, stderr } = print(true, ({ tell, started, logged }) => {
      started?.('S3 server', 1234);
      tell('ready');
      logged('mcp', '{"event":"request"}');
      logged('mcp', 'Runtime exited');
    });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([{ event: 'request' }, { event: 'output', function: 'mcp', line: 'Runtime exited' }]);
    expect(stderr).toMatch(/S3 server.*ready/s);
  });
});
