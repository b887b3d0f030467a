import * as fc from 'fast-check';
import type { Encoding } from '../../../lambda/text/characters.ts';
import { estimateTokens } from '../../../lambda/text/tokens.ts';
import { countLines, takeLastLines, takeWindow } from '../../../lambda/text/window.ts';

const start = { line: 1, byte: 0 };
const toText = (bytes: Uint8Array, encoding: Encoding) =>
  new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);

function toBytes(text: string, encoding: Encoding = 'utf-8'): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

/** Text with many line ends, long lines, a byte order mark now and then, characters of 1 to 4 bytes, and some with the bytes of a line feed. */
const text = fc
  .array(
    fc.constantFrom(
      ...['\n', '\n', '\r\n', '\r', 'a', 'word ', 'ü', '世', '😀', '\uFEFF', '\u0a0a', '\u0a00', 'Ċ'],
      'x'.repeat(50),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const bounds = fc.record({
  line: fc.integer({ min: 1, max: 20 }),
  maxLines: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(Number.POSITIVE_INFINITY)),
  maxBytes: fc.integer({ min: 4, max: 80 }),
  maxTokens: fc.constant(Number.POSITIVE_INFINITY),
  tokensPerLine: fc.constant(0),
  encoding: fc.constantFrom<Encoding>('utf-8', 'utf-16le', 'utf-16be'),
});

/** Every way to cut bytes into pieces of whole units, empty ones too. */
const cuts = fc.array(fc.nat(200), { maxLength: 12 }).map((at) => at.map((cut) => cut * 2));

function* split(bytes: Uint8Array, at: readonly number[]) {
  const ends = [...at.filter((end) => end < bytes.length).sort((one, other) => one - other), bytes.length];
  let from = 0;
  for (const end of ends) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

/** The lines of a text, each with its end. */
const toLines = (whole: string) => whole.match(/[^\n]*\n|[^\n]+$/g) ?? [];

describe('a window over the lines of a file', () => {
  it('is the same for any split of the bytes into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(text, cuts, bounds, async (whole, at, wanted) => {
        const bytes = toBytes(whole, wanted.encoding);
        const options = { ...wanted, size: bytes.length };
        expect(await takeWindow(split(bytes, at), start, options)).toEqual(
          await takeWindow([bytes], start, options),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds the whole lines that were asked for, as far as they fit', async () => {
    await fc.assert(
      fc.asyncProperty(text, bounds, async (whole, wanted) => {
        const bytes = toBytes(whole, wanted.encoding);
        const window = await takeWindow([bytes], start, { ...wanted, size: bytes.length });
        const lines = toLines(whole).slice(wanted.line - 1);
        const fitting = lines.slice(0, wanted.maxLines).filter((_, index) => {
          return toBytes(lines.slice(0, index + 1).join(''), wanted.encoding).length <= wanted.maxBytes;
        });
        if (fitting.length > 0) {
          expect(toText(window.bytes, wanted.encoding)).toBe(fitting.join(''));
          expect(window).toMatchObject({ isCut: false, start: { line: wanted.line } });
          expect(window.lastLine).toBe(wanted.line + fitting.length - 1);
        } else {
          const [line = ''] = lines;
          expect(window.isCut).toBe(line !== '');
          expect(line.startsWith(toText(window.bytes, wanted.encoding))).toBe(true);
          expect(window.bytes.length).toBeLessThanOrEqual(wanted.maxBytes);
          // Cut at the last character that fits.
          expect(window.bytes.length).toBeGreaterThan(line === '' ? -1 : wanted.maxBytes - 4);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('goes on where the one before ended, so that all windows together are the file', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        cuts,
        bounds,
        async (whole, at, { maxLines, maxBytes, maxTokens, tokensPerLine, encoding }) => {
          const bytes = toBytes(whole, encoding);
          const size = bytes.length;
          const windows: Uint8Array[] = [];
          let from = start;
          let lastLine = 0;
          while (from.byte < size) {
            const pieces = split(bytes.subarray(from.byte), at);
            const window = await takeWindow(pieces, from, {
              line: from.line,
              maxLines,
              maxBytes,
              maxTokens,
              tokensPerLine,
              encoding,
              size,
            });
            expect(window.start).toEqual(from);
            expect(window.bytes.length).toBeGreaterThan(0);
            expect(window.bytes.length).toBeLessThanOrEqual(maxBytes);
            expect(toText(window.bytes, encoding)).not.toContain('\uFFFD');
            windows.push(window.bytes);
            from = window.end;
            lastLine = window.lastLine;
          }
          expect(Buffer.concat(windows).equals(bytes)).toBe(true);
          expect(lastLine).toBe(toLines(whole).length);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('counts on when the search for a line is interrupted anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.nat(200), bounds, async (whole, at, wanted) => {
        const bytes = toBytes(whole, wanted.encoding);
        const options = { ...wanted, size: bytes.length };
        const cut = Math.min(at * 2, bytes.length);
        const searched = await takeWindow([bytes.subarray(0, cut)], start, options);
        fc.pre(searched.bytes.length === 0 && searched.end.byte === cut && cut > 0 && cut < bytes.length);
        const resumed = await takeWindow([bytes.subarray(cut)], searched.end, options);
        expect(resumed).toEqual(await takeWindow([bytes], start, options));
      }),
      { numRuns: 1_000 },
    );
  });

  it('tells how many lines there are when the line is beyond the end', async () => {
    for (const [whole, lines] of [
      ['', 0],
      ['a', 1],
      ['a\n', 1],
      ['a\nb', 2],
      ['\n\n', 2],
    ] as const) {
      const bytes = toBytes(whole);
      const options = {
        line: 9,
        maxLines: 1,
        maxBytes: 9,
        maxTokens: 999,
        tokensPerLine: 0,
        encoding: 'utf-8' as const,
        size: bytes.length,
      };
      const window = await takeWindow([bytes], start, options);
      expect(window).toMatchObject({ lastLine: lines, bytes: new Uint8Array(), end: { byte: bytes.length } });
    }
  });

  it('ends with the last whole line that is within the tokens', async () => {
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
      const bytes = toBytes('a line of some words\n'.repeat(500), encoding);
      const bounds = { maxLines: 500, maxBytes: 1_000_000, maxTokens: 300, tokensPerLine: 0, encoding };
      const window = await takeWindow([bytes], start, { line: 1, ...bounds, size: bytes.length });
      const last = takeLastLines(bytes, bounds);
      for (const shown of [toText(window.bytes, encoding), toText(last.bytes, encoding)]) {
        expect(shown).toMatch(/^(a line of some words\n)+$/);
        expect(estimateTokens(shown)).toBeGreaterThan(220);
        expect(estimateTokens(shown)).toBeLessThanOrEqual(300);
      }
      expect(window.isCut).toBe(false);
      expect(last).toMatchObject({ isCut: false, isComplete: false });
    }
  });

  it('reads no piece more than it needs', async () => {
    const given: string[] = [];
    function* pieces() {
      for (const piece of ['one\n', 'two\n', 'three\n', 'four\n']) {
        given.push(piece);
        yield toBytes(piece);
      }
    }
    const window = await takeWindow(pieces(), start, {
      line: 2,
      maxLines: 2,
      maxBytes: 100,
      maxTokens: 999,
      tokensPerLine: 0,
      encoding: 'utf-8',
      size: 19,
    });
    expect(toText(window.bytes, 'utf-8')).toBe('two\nthree\n');
    expect(given).toEqual(['one\n', 'two\n', 'three\n']);
  });
});

describe('the last lines of a file', () => {
  it('are whole, as many as fit, and end the file', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        bounds,
        async (whole, { maxLines, maxBytes, maxTokens, tokensPerLine, encoding }) => {
          const bytes = toBytes(whole, encoding);
          const read = bytes.subarray(Math.max(0, bytes.length - maxBytes - (maxBytes % 2) - 2));
          const last = takeLastLines(read, { maxLines, maxBytes, maxTokens, tokensPerLine, encoding });
          const asked = toLines(whole).slice(-maxLines);
          const lines = asked.filter(
            (_, index) => toBytes(asked.slice(index).join(''), encoding).length <= maxBytes,
          );
          expect(last.isComplete).toBe(lines.length === asked.length);
          if (lines.length > 0 || asked.length === 0)
            expect(toText(last.bytes, encoding)).toBe(lines.join(''));
          else {
            expect(whole.endsWith(toText(last.bytes, encoding))).toBe(true);
            expect(toText(last.bytes, encoding).includes('\uFFFD')).toBe(false);
            expect(last.bytes.length).toBeLessThanOrEqual(maxBytes);
            expect(last.bytes.length).toBeGreaterThan(maxBytes - 4);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the count of lines', () => {
  it('is that of the lines with an end, and of what follows the last end', async () => {
    await fc.assert(
      fc.asyncProperty(text, bounds, async (whole, { encoding }) => {
        expect(countLines(toBytes(whole, encoding), encoding)).toBe(toLines(whole).length);
      }),
    );
  });
});
