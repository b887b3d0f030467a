import { findCharacter } from './characters.ts';

/** At which ends the bytes are only part of the file, so that a character may be cut there. */
export interface Cut {
  readonly start: boolean;
  readonly end: boolean;
}

/**
 * Tells whether bytes are text that may be changed: UTF-8 (RFC 3629) without NUL. A character that was cut at an end of
 * the bytes is accepted. More encodings can be read: see `findEncoding`.
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
