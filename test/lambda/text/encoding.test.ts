import { decodeText, findEncoding, isBinary } from '../../../lambda/text/encoding.ts';

const toBytes = (text: string) => new TextEncoder().encode(text);
const latin = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const utf16 = (text: string) => Uint8Array.from(Buffer.from(`\uFEFF${text}`, 'utf16le'));
const swapped = (text: string) => Uint8Array.from(Buffer.from(utf16(text)).swap16());
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));

describe('the encoding of a file', () => {
  it.each([
    ['nothing', toBytes(''), 'utf-8'],
    ['UTF-8', toBytes('Grüße, 世界 😀\n'), 'utf-8'],
    ['UTF-8 that is cut inside of a character', toBytes('世界').subarray(0, 4), 'utf-8'],
    [
      'a log with one byte that is not UTF-8',
      join(toBytes('line\n'.repeat(99)), Uint8Array.from([0xd0])),
      'utf-8',
    ],
    [
      'colours of a terminal beside such a byte',
      join(toBytes('\u001b[1mone\u001b[0m'), Uint8Array.from([0xff])),
      'utf-8',
    ],
    ['Latin-1', latin('Gr\u00fc\u00dfe'), 'utf-8'],
    ['UTF-16 with its mark', utf16('Grüße, 世界 😀\n'), 'utf-16le'],
    ['big-endian UTF-16 with its mark', swapped('Grüße, 世界 😀\n'), 'utf-16be'],
    ['UTF-16 that is cut inside of a character', utf16('ab').subarray(0, 5), 'utf-16le'],
    ['UTF-16 that is cut inside of a pair', utf16('a😀').subarray(0, 6), 'utf-16le'],
    ['a NUL', toBytes('a\0b'), undefined],
    ['UTF-16 without its mark', utf16('ab').subarray(2), undefined],
    ['UTF-32 with its mark', Uint8Array.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), undefined],
    ['what begins like UTF-16 and is none', Uint8Array.from([0xff, 0xfe, 0x00, 0xdc, 0x61, 0x00]), undefined],
    ['an image without a NUL', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0x41, 0x42]), undefined],
    [
      'compressed data without a NUL',
      Uint8Array.from({ length: 200 }, (_, i) => ((i * 37) % 255) + 1),
      undefined,
    ],
  ])('of %s', (_, bytes, encoding) => {
    expect(findEncoding(bytes)).toBe(encoding);
  });

  it('is not told by a mark in the middle of a file', () => {
    expect(isBinary(utf16('ab'))).toBe(true);
    expect(isBinary(toBytes('é').subarray(1))).toBe(false);
  });
});

describe('decoding', () => {
  it.each([
    ['a byte order mark', toBytes('\uFEFFa'), '\uFEFFa', 'utf-8', false],
    ['a replacement character that the file holds', toBytes('\uFFFD'), '\uFFFD', 'utf-8', false],
    [
      'a byte on a line of its own',
      join(toBytes('a\n'), Uint8Array.from([0xd0, 0x0a])),
      'a\n\uFFFD\n',
      'utf-8',
      true,
    ],
    [
      'a byte in a text that has characters',
      join(toBytes('größe '), latin('\u00fc')),
      'größe \uFFFD',
      'utf-8',
      true,
    ],
    ['the start of a character', toBytes('é, a 世').subarray(0, 7), 'é, a \uFFFD', 'utf-8', true],
    [
      'French in Latin-1',
      latin('Il va \u00e0 Paris, o\u00f9 il a \u00e9t\u00e9.'),
      'Il va à Paris, où il a été.',
      'windows-1252',
      false,
    ],
    [
      'signs of Windows-1252',
      Uint8Array.from([0x93, 0x48, 0x69, 0x94, 0x20, 0x80, 0x35]),
      '“Hi” €5',
      'windows-1252',
      false,
    ],
    ['a byte that Windows-1252 does not have', latin('caf\u00e9 \u0081'), 'caf\uFFFD \uFFFD', 'utf-8', true],
  ])('shows %s', (_, bytes, text, encoding, isRepaired) => {
    expect(decodeText(bytes, 'utf-8')).toEqual({ text, encoding, isRepaired });
  });

  it('shows UTF-16, and half of a pair as U+FFFD', () => {
    expect(decodeText(utf16('aé😀'), 'utf-16le')).toEqual({
      text: '\uFEFFaé😀',
      encoding: 'utf-16le',
      isRepaired: false,
    });
    expect(decodeText(swapped('aé😀'), 'utf-16be')).toMatchObject({ text: '\uFEFFaé😀', isRepaired: false });
    expect(decodeText(utf16('\ud83d'), 'utf-16le')).toMatchObject({ text: '\uFEFF\uFFFD', isRepaired: true });
  });
});
