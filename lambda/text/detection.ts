import { findCharacter } from './characters.ts';

/** Whether bytes are less than the file: then a character may be cut at that end. */
export interface Cut {
  readonly start: boolean;
  readonly end: boolean;
}

/**
 * Tells whether bytes are text that may be changed: UTF-8 (RFC 3629) without NUL. A character that was cut with them is
 * forgiven. What may be read is more: see `findEncoding`.
 */
export function isText(bytes: Uint8Array, cut: Cut): boolean {
  if (bytes.includes(0)) return false;
  const whole = cut.start ? bytes.subarray(findCharacter(bytes, 'utf-8')) : bytes;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(whole, { stream: cut.end });
    return true;
  } catch {
    return false;
  }
}
