/**
 * How lines and characters are stored in the bytes of a text file. Windows-1252 counts as UTF-8: in both, a line feed
 * is one byte.
 */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** The size in bytes of one code unit; characters and line ends consist of code units. */
export function unitSize(encoding: Encoding): 1 | 2 {
  return encoding === 'utf-8' ? 1 : 2;
}

/** The code unit that begins at `at`: a byte of UTF-8, or 16 bits of UTF-16; 0 outside the bytes. */
export function unitAt(bytes: Uint8Array, at: number, encoding: Encoding): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (encoding === 'utf-8') return first;
  return encoding === 'utf-16le' ? first + second * 256 : first * 256 + second;
}

/**
 * Finds the next line feed at or after `from` and returns where the following line begins, or -1 if there is none.
 * `from` must lie between two code units.
 */
export function findNextLine(bytes: Uint8Array, from: number, encoding: Encoding): number {
  if (encoding === 'utf-8') {
    const found = bytes.indexOf(lineFeed, from);
    return found < 0 ? -1 : found + 1;
  }
  for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    const end = endOfLineFeed(bytes, at, encoding);
    if (end > 0) return end;
  }
  return -1;
}

/**
 * Finds where the last line begins. A line feed at the end belongs to that line. The bytes must end with a whole code
 * unit.
 */
export function findLastLine(bytes: Uint8Array, encoding: Encoding): number {
  const last = bytes.length - 1 - unitSize(encoding);
  for (let at = last; at >= 0; at -= 1) {
    at = bytes.lastIndexOf(lineFeed, at);
    if (at < 0) break;
    const end = endOfLineFeed(bytes, at, encoding);
    if (end > 0 && end < bytes.length) return end;
  }
  return 0;
}

/** Finds where the first whole character begins. */
export function findCharacter(bytes: Uint8Array, encoding: Encoding): number {
  if (encoding !== 'utf-8') return isHalf(unitAt(bytes, 0, encoding), 0xdc00) ? 2 : 0;
  let start = 0;
  while (isContinuation(bytes[start] ?? 0)) start += 1;
  return start <= 3 ? start : 0;
}

/** How many bytes remain when a character that is cut off at the end is left out. */
export function measureCharacters(bytes: Uint8Array, encoding: Encoding): number {
  if (encoding !== 'utf-8') {
    const whole = bytes.length - (bytes.length % 2);
    return whole - (isHalf(unitAt(bytes, whole - 2, encoding), 0xd800) ? 2 : 0);
  }
  for (let start = bytes.length - 1; start >= Math.max(0, bytes.length - 3); start -= 1) {
    const byte = bytes[start] ?? 0;
    if (!isContinuation(byte)) return start + toLength(byte) > bytes.length ? start : bytes.length;
  }
  return bytes.length;
}

const lineFeed = 0x0a;

/** The end of the line feed that the byte at `at` belongs to; 0 if it belongs to another character. */
function endOfLineFeed(bytes: Uint8Array, at: number, encoding: Encoding): number {
  const size = unitSize(encoding);
  const start = at - (at % size);
  const isWhole = start + size <= bytes.length;
  return isWhole && unitAt(bytes, start, encoding) === lineFeed ? start + size : 0;
}

/** Tells whether a UTF-16 code unit is half of a surrogate pair: first halves start at D800, second halves at DC00. */
function isHalf(unit: number, first: 0xd800 | 0xdc00): boolean {
  return unit >= first && unit < first + 0x400;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}

/** The length in bytes of the character that begins with this byte. */
function toLength(byte: number): number {
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}
