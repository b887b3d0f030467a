import { ToolFailure } from '../../tool-failure.ts';
import { readBase64 } from './base64.ts';

/** How the `content` argument encodes bytes. */
export type ContentEncoding = 'utf8' | 'base64';

/** Reads the bytes of the `content` argument, at most `maxBytes`. Throws `ToolFailure`. */
export function readContent(content: string, encoding: ContentEncoding, maxBytes: number): Uint8Array {
  const bytes = encoding === 'base64' ? readBase64(content) : toTextBytes(content);
  if (bytes.length <= maxBytes) return bytes;
  throw new ToolFailure(
    `the content is ${bytes.length} bytes long and at most ${maxBytes} can be written at once: ` +
      'call create_upload_url and upload it',
  );
}

/** Encodes a text in UTF-8. Throws `ToolFailure` for half of a surrogate pair, which the encoder would silently replace. */
export function toTextBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return new TextEncoder().encode(text);
  throw new ToolFailure('the text holds half of a character pair: send valid Unicode');
}
