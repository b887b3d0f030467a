import { ToolFailure } from '../tool-failure.ts';
import { toCrlf } from './line-ends.ts';

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/**
 * Gives an addition the line ends of the file it is added to: CRLF if every line of the file ends with CRLF. A model
 * cannot see which ones the file has. Throws `ToolFailure` for a NUL character, because the file would no longer be
 * text.
 */
export function toAddition(present: Uint8Array, addition: string): string {
  if (addition.includes('\0')) {
    throw new ToolFailure(
      'content holds a NUL character and nothing was changed: write the escape as the text "\\0", or call ' +
        'write_file if the file is to become binary',
    );
  }
  return endsWithCrlf(present) ? toCrlf(addition) : addition;
}

function endsWithCrlf(bytes: Uint8Array): boolean {
  let at = bytes.indexOf(lineFeed);
  if (at < 0) return false;
  for (; at >= 0; at = bytes.indexOf(lineFeed, at + 1)) if (bytes[at - 1] !== carriageReturn) return false;
  return true;
}
