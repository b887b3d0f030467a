/** Whether bytes are less than the file: then a character may be cut at that end. */
export interface Cut {
  readonly start: boolean;
  readonly end: boolean;
}

/** Tells whether bytes are text: UTF-8 (RFC 3629) without NUL. A character that was cut with them is forgiven. */
export function isText(bytes: Uint8Array, cut: Cut): boolean {
  if (bytes.includes(0)) return false;
  const whole = cut.start ? bytes.subarray(findCharacter(bytes)) : bytes;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(whole, { stream: cut.end });
    return true;
  } catch {
    return false;
  }
}

/** Where the first whole character begins. */
export function findCharacter(bytes: Uint8Array): number {
  let start = 0;
  while (isContinuation(bytes[start] ?? 0)) start += 1;
  return start <= 3 ? start : 0;
}

/** How many bytes stay when a character that is cut at the end is left away. */
export function measureCharacters(bytes: Uint8Array): number {
  for (let start = bytes.length - 1; start >= Math.max(0, bytes.length - 3); start -= 1) {
    const byte = bytes[start] ?? 0;
    if (!isContinuation(byte)) return start + toLength(byte) > bytes.length ? start : bytes.length;
  }
  return bytes.length;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}

/** The bytes of the character that begins with this one. */
function toLength(byte: number): number {
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}
