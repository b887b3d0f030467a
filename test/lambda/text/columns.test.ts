import * as fc from 'fast-check';
import { takeColumns } from '../../../lambda/text/columns.ts';

const start = { line: 1, byte: 0, passed: 0 };

type Encoding = Parameters<typeof takeColumns>[2]['encoding'];

function toBytes(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

const text = fc
  .array(fc.constantFrom('\n', '\r\n', 'a', 'word ', 'ü', '世', '\u0a0a', 'x'.repeat(30)), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('columns of lines', () => {
  it('are those of every line, however its bytes are cut', async () => {
    const wanted = fc.record({
      line: fc.integer({ min: 1, max: 5 }),
      maxLines: fc.integer({ min: 1, max: 9 }),
      column: fc.integer({ min: 1, max: 40 }),
      columns: fc.integer({ min: 1, max: 40 }),
      encoding: fc.constantFrom<Encoding>('utf-8', 'utf-16le', 'utf-16be'),
    });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 20 }), wanted, async (whole, size, bounds) => {
        const bytes = toBytes(whole, bounds.encoding);
        const pieces = Array.from({ length: Math.ceil(bytes.length / (2 * size)) }, (_, index) =>
          bytes.subarray(index * 2 * size, (index + 1) * 2 * size),
        );
        const options = { ...bounds, maxTokens: Number.POSITIVE_INFINITY, size: bytes.length };
        const window = await takeColumns(pieces, start, options);
        const lines = whole.replace(/\n$/, '').split('\n');
        const asked = whole === '' ? [] : lines.slice(bounds.line - 1, bounds.line - 1 + bounds.maxLines);
        const from = bounds.column - 1;
        const clean = asked.map((line, index) =>
          index + bounds.line < lines.length || whole.endsWith('\n') ? line.replace(/\r$/, '') : line,
        );
        expect(window.lines).toEqual(clean.map((line) => line.slice(from, from + bounds.columns)));
        expect(window.cutLines).toEqual(
          clean.flatMap((line, index) => (line.length > from + bounds.columns ? [bounds.line + index] : [])),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('put together are the line, and never divide a character', async () => {
    const line = 'a😀世😀😀b'.repeat(30);
    const bytes = toBytes(line, 'utf-8');
    const parts: string[] = [];
    for (let column = 1; column <= line.length; column += 7) {
      const bounds = {
        line: 1,
        maxLines: 1,
        column,
        columns: 7,
        maxTokens: 1_000,
        encoding: 'utf-8',
      } as const;
      const window = await takeColumns([bytes], start, { ...bounds, size: bytes.length });
      parts.push(window.lines[0] ?? '');
    }
    expect(parts.every((part) => part.isWellFormed())).toBe(true);
    expect(parts.join('')).toBe(line);
  });

  it('end before the line that is too much', async () => {
    const bytes = toBytes('some words of a line\n'.repeat(100), 'utf-8');
    const bounds = {
      line: 3,
      maxLines: 99,
      column: 6,
      columns: 5,
      maxTokens: 40,
      encoding: 'utf-8',
    } as const;
    const { lines, end, isEnd } = await takeColumns([bytes], start, { ...bounds, size: bytes.length });
    expect(new Set(lines)).toEqual(new Set(['words']));
    expect(lines.length).toBeGreaterThan(9);
    expect(end).toEqual({ line: 3 + lines.length, byte: (2 + lines.length) * 21, passed: 0 });
    expect(isEnd).toBe(false);
  });
});
