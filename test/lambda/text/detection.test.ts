import * as fc from 'fast-check';
import { findCharacter, measureCharacters } from '../../../lambda/text/characters.ts';
import { isText } from '../../../lambda/text/detection.ts';

const toBytes = (text: string) => new TextEncoder().encode(text);
const whole = { start: false, end: false };

describe('the detection of text', () => {
  it.each([
    ['nothing', ''],
    ['ASCII', 'plain\ttext\r\n'],
    ['characters of 1 to 4 bytes', 'Grüße, 世界 😀'],
    ['a byte order mark', '\uFEFFtext'],
    ['escape sequences of a terminal', '\u001b[31mred\u001b[0m'],
  ])('takes %s', (_, text) => {
    expect(isText(toBytes(text), whole)).toBe(true);
  });

  it.each([
    ['a NUL', [0x61, 0x00, 0x62]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
    ['Latin-1', [0x47, 0x72, 0xfc, 0xdf, 0x65]],
    ['an overlong form', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a cut character in the middle', [0xe4, 0xb8, 0x61]],
  ])('refuses %s, however it was cut', (_, bytes) => {
    for (const start of [true, false])
      for (const end of [true, false]) expect(isText(Uint8Array.from(bytes), { start, end })).toBe(false);
  });

  it('forgives a character that is cut where the file goes on, and only there', async () => {
    const bytes = toBytes('😀世ü😀');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), async (one, other) => {
        const part = bytes.subarray(Math.min(one, other), Math.max(one, other));
        expect(isText(part, { start: true, end: true })).toBe(true);
      }),
    );
    expect(isText(bytes.subarray(1), { start: false, end: true })).toBe(false);
    expect(isText(bytes.subarray(0, -1), { start: true, end: false })).toBe(false);
  });
});

describe('the ends of characters', () => {
  it('leave away exactly the characters that were cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 8 }), fc.nat(20), async (text, at) => {
        const bytes = toBytes(text);
        const cut = Math.min(at, bytes.length);
        const before = bytes.subarray(0, cut);
        const after = bytes.subarray(cut);
        const front = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          before.subarray(0, measureCharacters(before, 'utf-8')),
        );
        const back = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          after.subarray(findCharacter(after, 'utf-8')),
        );
        expect(text.startsWith(front)).toBe(true);
        expect(text.endsWith(back)).toBe(true);
        expect([...text].length - [...front].length - [...back].length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leave bytes alone that are no characters', () => {
    const bytes = Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x80]);
    expect(measureCharacters(bytes, 'utf-8')).toBe(5);
    expect(findCharacter(bytes, 'utf-8')).toBe(0);
  });
});
