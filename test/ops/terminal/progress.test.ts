import { createProgress } from '../../../ops/terminal/progress.ts';

function show(stream: { readonly isTTY: boolean; readonly columns?: number }, ...steps: [number, string][]) {
  let written = '';
  let time = 0;
  const write = (text: string) => {
    written += text;
  };
  const progress = createProgress({ ...stream, write }, () => time);
  for (const [at, text] of steps) {
    time = at;
    progress.show(text);
  }
  progress.clear();
  return written;
}

describe('progress', () => {
  it('is one line that is written over, and taken away at the end', () => {
    expect(show({ isTTY: true }, [0, '1 of 2'], [100, '2 of 2'])).toBe(
      '\r\u001b[K1 of 2\r\u001b[K2 of 2\r\u001b[K',
    );
  });

  it('is shown at most ten times a second', () => {
    expect(show({ isTTY: true }, [0, 'a'], [99, 'b'], [100, 'c'])).toBe('\r\u001b[Ka\r\u001b[Kc\r\u001b[K');
  });

  it('does not wrap', () => {
    expect(show({ isTTY: true, columns: 5 }, [0, '123456'])).toBe('\r\u001b[K1234\r\u001b[K');
  });

  it('leaves files and pipes alone', () => {
    expect(show({ isTTY: false }, [0, '1 of 2'])).toBe('');
  });
});
