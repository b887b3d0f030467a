import { type Encoding, findCharacter, measureCharacters, unitSize } from './characters.ts';
import { decodeText } from './encoding.ts';
import { estimateTokens } from './tokens.ts';

/** How many bytes are estimated at once; results are exact to this step. */
const stepBytes = 256;

/** How the tokens of a text are counted. */
export interface TokenCount {
  readonly encoding: Encoding;
  /** The tokens that each line takes besides its text, for example for its number. */
  readonly tokensPerLine: number;
}

/** Estimates the tokens of a text in the same way as `fitStart`. */
export function estimateTokensOf(bytes: Uint8Array, count: TokenCount): number {
  return walk(bytes, Number.POSITIVE_INFINITY, count).tokens;
}

/** Measures how many bytes from the start of a text fit into `maxTokens` tokens, in whole characters. */
export function fitStart(bytes: Uint8Array, maxTokens: number, count: TokenCount): number {
  return walk(bytes, maxTokens, count).end;
}

/** Finds where the last bytes of a text that fit into `maxTokens` tokens begin, in whole characters. */
export function fitEnd(bytes: Uint8Array, maxTokens: number, count: TokenCount): number {
  let tokens = 0;
  let start = bytes.length - (bytes.length % unitSize(count.encoding));
  while (start > 0) {
    const from = Math.max(0, start - stepBytes);
    const begin = from + (from === 0 ? 0 : findCharacter(bytes.subarray(from, start), count.encoding));
    tokens += estimate(bytes.subarray(begin, start), count);
    if (tokens > maxTokens) break;
    start = begin;
  }
  return start;
}

function walk(
  bytes: Uint8Array,
  maxTokens: number,
  count: TokenCount,
): { readonly tokens: number; readonly end: number } {
  let tokens = 0;
  let end = 0;
  while (end < bytes.length) {
    const step = bytes.subarray(end, end + stepBytes);
    const isLast = end + step.length === bytes.length;
    const length = isLast ? step.length : measureCharacters(step, count.encoding);
    const more = estimate(step.subarray(0, length), count);
    if (tokens + more > maxTokens) break;
    tokens += more;
    end += length;
  }
  return { tokens, end };
}

function estimate(bytes: Uint8Array, { encoding, tokensPerLine }: TokenCount): number {
  const { text } = decodeText(bytes, encoding);
  return estimateTokens(text) + (tokensPerLine === 0 ? 0 : tokensPerLine * (text.split('\n').length - 1));
}
