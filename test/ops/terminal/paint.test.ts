import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createPaint, isColoured } from '../../../ops/terminal/paint.ts';

describe('paint', () => {
  it('colours a text for a terminal, and leaves it as it is elsewhere', () => {
    expect(createPaint(true)('green', 'ok')).toBe('\u001b[32mok\u001b[39m');
    expect(createPaint(false)('green', 'ok')).toBe('ok');
  });

  it.each([
    [{ isTTY: true, hasColors: () => true }, true],
    [{ isTTY: true, hasColors: () => false }, false],
    [{ isTTY: false, hasColors: () => true }, false],
  ])('is for a terminal that shows colours: %j', (stream, coloured) => {
    expect(isColoured(stream)).toBe(coloured);
  });

  it('obeys NO_COLOR', async () => {
    const code =
      "const { WriteStream } = require('node:tty'); console.log(WriteStream.prototype.hasColors({ ...process.env, TERM: 'xterm' }))";
    const ask = (variables: NodeJS.ProcessEnv) =>
      promisify(execFile)(process.execPath, ['-e', code], { env: { PATH: process.env.PATH, ...variables } });
    expect((await ask({})).stdout).toBe('true\n');
    expect((await ask({ NO_COLOR: '1' })).stdout).toBe('false\n');
  });
});
