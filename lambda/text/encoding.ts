import { findImageType } from '../files/image-type.ts';
import type { Encoding } from './characters.ts';
import { isText } from './detection.ts';

/** Bytes that are not UTF-8 are no text if they hold more than one control character in this many bytes. */
const bytesPerControl = 32;

/**
 * Finds the encoding of a file by its first bytes; `undefined` for a binary file. It is for reading and searching: to
 * be edited, a file must be text by `isText`.
 */
export function findEncoding(beginning: Uint8Array): Encoding | undefined {
  return findUtf16(beginning) ?? (isBinary(beginning) ? undefined : 'utf-8');
}

/**
 * Tells whether bytes from anywhere in a file are not text in an encoding with one-byte units: they hold a NUL, they
 * are an image, or they are not UTF-8 and hold too many control characters. A few bytes that are not UTF-8 do not make
 * a file binary.
 */
export function isBinary(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return true;
  if (isText(bytes, { start: true, end: true })) return false;
  if (findImageType(bytes) !== undefined) return true;
  return countControls(bytes) > bytes.length / bytesPerControl;
}

/** A text and how it was decoded. */
export interface DecodedText {
  readonly text: string;
  /** The encoding that the bytes were taken for. */
  readonly encoding: Encoding | 'windows-1252';
  /** True when U+FFFD replaces bytes that are no character of the encoding. */
  readonly isRepaired: boolean;
}

/**
 * Decodes text, including a byte order mark. Bytes that are not UTF-8 are read as Windows-1252 if nearly all of them
 * make sense as its letters and signs, as most Latin-1 text does. Otherwise they become U+FFFD.
 */
export function decodeText(bytes: Uint8Array, encoding: Encoding): DecodedText {
  const text = decoders[encoding].decode(bytes);
  if (!text.includes('\uFFFD')) return { text, encoding, isRepaired: false };
  if (encoding !== 'utf-8') return { text, encoding, isRepaired: true };
  if (isText(bytes, { start: false, end: false })) return { text, encoding, isRepaired: false };
  if (!isWindows1252(bytes)) return { text, encoding, isRepaired: true };
  return { text: decoders['windows-1252'].decode(bytes), encoding: 'windows-1252', isRepaired: false };
}

const decoders = {
  'utf-8': new TextDecoder('utf-8', { ignoreBOM: true }),
  'utf-16le': new TextDecoder('utf-16le', { ignoreBOM: true }),
  'utf-16be': new TextDecoder('utf-16be', { ignoreBOM: true }),
  'windows-1252': new TextDecoder('windows-1252'),
};

/**
 * Finds UTF-16 by its byte order mark. Binary files may begin with the same bytes, so the rest must be valid
 * characters.
 */
function findUtf16(bytes: Uint8Array): Encoding | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return isUtf16(bytes, 'utf-16le') ? 'utf-16le' : undefined;
  if (first === 0xfe && second === 0xff) return isUtf16(bytes, 'utf-16be') ? 'utf-16be' : undefined;
  return undefined;
}

function isUtf16(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    // A character that is cut off at the end is accepted.
    return !new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true }).includes('\0');
  } catch {
    return false;
  }
}

function countControls(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) {
    // Tab, line feed, form feed, carriage return and escape occur in texts.
    if (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)) count += 1;
  }
  return count;
}

/**
 * At least three quarters of the bytes that are not ASCII are plausible Windows-1252 text, and each of them is defined
 * there.
 */
function isWindows1252(bytes: Uint8Array): boolean {
  let high = 0;
  let sensible = 0;
  for (const [index, byte] of bytes.entries()) {
    if (byte < 0x80) continue;
    if (undefinedIn1252.has(byte)) return false;
    // A valid UTF-8 sequence is no accident: the file is UTF-8, and its other bytes are broken.
    if (isCharacter(bytes, index)) return false;
    high += 1;
    const isSensible = byte < 0xc0 ? isSignInText(bytes, index) : isLetterInWord(bytes, index);
    if (isSensible) sensible += 1;
  }
  return sensible >= high * 0.75;
}

const undefinedIn1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** Tells whether a Latin-1 letter has another letter next to it. */
function isLetterInWord(bytes: Uint8Array, index: number): boolean {
  return isLetter(bytes[index - 1]) || isLetter(bytes[index + 1]);
}

/**
 * Tells whether a sign, such as a quotation mark, a dash or a currency sign, has a printable ASCII character next to
 * it.
 */
function isSignInText(bytes: Uint8Array, index: number): boolean {
  const [before = 0x20, after = 0x20] = [bytes[index - 1], bytes[index + 1]];
  return (before >= 0x20 && before < 0x7f) || (after >= 0x20 && after < 0x7f);
}

function isLetter(byte = 0): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte >= 0xc0;
}

/** Tells whether a UTF-8 character of several bytes begins here. */
function isCharacter(bytes: Uint8Array, index: number): boolean {
  const lead = bytes[index] ?? 0;
  if (lead < 0xc2 || lead > 0xf4) return false;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const rest = bytes.subarray(index + 1, index + length);
  return rest.length === length - 1 && rest.every(isContinuation);
}

function isContinuation(byte = 0): boolean {
  return byte >= 0x80 && byte < 0xc0;
}
