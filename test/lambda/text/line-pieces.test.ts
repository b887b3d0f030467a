import fc from 'fast-check';
import { toLinePieces } from '../../../lambda/text/line-pieces.ts';

const encoder = new TextEncoder();

function textsOf(bytes: Uint8Array, isEnd = true): string[] {
  return Array.from(toLinePieces(bytes, isEnd), ({ start, end }) =>
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end)),
  );
}

describe('the pieces of lines', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['\n\n', ['', '']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['\r\n', ['']],
    ['a\rb\n\rc', ['a\rb', '\rc']],
    ['a\r\r\n', ['a\r']],
    ['a\r', ['a\r']],
    ['é\u2028x\n😀', ['é\u2028x', '😀']],
  ])('of %j are its lines', (text, lines) => {
    expect(textsOf(encoder.encode(text))).toEqual(lines);
  });

  it('leave a line without its end for later, unless the bytes are all there are', () => {
    expect(textsOf(encoder.encode('a\nb'), false)).toEqual(['a']);
    expect(textsOf(encoder.encode('a\r'), false)).toEqual([]);
  });

  it('are the same lines however the bytes are cut', () => {
    const text = fc
      .array(fc.constantFrom('a', 'é', '😀', '\n', '\r', '\r\n', 'word '), { maxLength: 60 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(20), { minLength: 1, maxLength: 10 }), (whole, sizes) => {
        const bytes = encoder.encode(whole);
        const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
        const lines: string[] = [];
        let from = 0;
        for (const end of [...ends.filter((end) => end < bytes.length), bytes.length]) {
          const known = bytes.subarray(from, end);
          lines.push(...textsOf(known, end === bytes.length));
          from += Array.from(toLinePieces(known, end === bytes.length)).at(-1)?.next ?? 0;
        }
        expect(lines).toEqual(textsOf(bytes));
        expect(from).toBe(bytes.length);
      }),
    );
  });

  it('of a long line overlap, are cut between characters, and leave nothing out', () => {
    const line = 'é😀x'.repeat(10_000);
    const bytes = encoder.encode(`first\n${line}\nlast`);
    const pieces = Array.from(toLinePieces(bytes, true));
    const texts = textsOf(bytes);
    expect(texts.length).toBeGreaterThan(4);
    expect([texts[0], texts.at(-1)]).toEqual(['first', 'last']);
    expect(pieces.slice(1, -1).map(({ endsLine }) => endsLine)).toEqual([
      ...Array(texts.length - 3).fill(false),
      true,
    ]);
    let end = 6;
    for (const piece of pieces.slice(1, -1)) {
      expect(piece.start).toBeLessThanOrEqual(end);
      expect(piece.end - piece.start).toBeLessThanOrEqual(16 * 1024);
      end = piece.end;
    }
    expect(end).toBe(6 + encoder.encode(line).length);
  });

  it('of a long line begin and end at whole words', () => {
    const texts = textsOf(encoder.encode('foobar '.repeat(10_000) + 'grüße '.repeat(10_000)));
    expect(texts.length).toBeGreaterThan(8);
    const words = new Set(texts.flatMap((text) => text.match(/[\wüß]+/g) ?? []));
    expect([...words]).toEqual(['foobar', 'grüße']);
  });

  it('hold whole, in one of them, whatever of a long line is not longer than 1,000 bytes', () => {
    const marks = Array.from({ length: 60 }, (_, index) => `<${index}${'é'.repeat(490)}>`);
    const texts = textsOf(encoder.encode(marks.join('-'.repeat(700))));
    expect(marks.filter((mark) => !texts.some((text) => text.includes(mark)))).toEqual([]);
  });

  it.each(['utf-16le', 'utf-16be'] as const)('of %s are those of the same text in UTF-8', (encoding) => {
    const long = 'foobar 世😀 '.repeat(4_000);
    const text = `one\r\ntwo\n\u0a0a\u0a00Ċ\n${long}\n\r\nlast`;
    const littleEndian = Buffer.from(text, 'utf16le');
    const bytes = encoding === 'utf-16le' ? littleEndian : Buffer.from(littleEndian).swap16();
    const decoder = new TextDecoder(encoding, { fatal: true });
    const pieces = Array.from(toLinePieces(bytes, true, encoding));
    const texts = pieces.map(({ start, end }) => decoder.decode(bytes.subarray(start, end)));
    expect(texts.slice(0, 3)).toEqual(['one', 'two', '\u0a0a\u0a00Ċ']);
    expect(texts.slice(-2)).toEqual(['', 'last']);
    expect(pieces.filter(({ endsLine }) => endsLine)).toHaveLength(6);
    expect(new Set(texts.slice(3, -2).flatMap((piece) => piece.match(/\w+/g)))).toEqual(new Set(['foobar']));
    expect(pieces.at(-1)?.next).toBe(bytes.length);
  });
});
