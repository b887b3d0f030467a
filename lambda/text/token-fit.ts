import { type Encoding, findCharacter, measureCharacters, unitSize } from './characters.ts';
import { decodeText } from './encoding.ts';
import { estimateTokens } from './tokens.ts';

/** How much is estimated at once, in bytes: what fits is found this exactly. */
const stepBytes = 256;

/** Estimates the tokens of text, as `fitStart` counts them. */
export function estimateTokensOf(bytes: Uint8Array, encoding: Encoding): number {
  return walk(bytes, Number.POSITIVE_INFINITY, encoding).tokens;
}

/** Measures how many bytes from the start of a text fit into so many tokens, in whole characters. */
export function fitStart(bytes: Uint8Array, maxTokens: number, encoding: Encoding): number {
  return walk(bytes, maxTokens, encoding).end;
}

/** Finds where the bytes begin that fit into so many tokens at the end of a text, in whole characters. */
export function fitEnd(bytes: Uint8Array, maxTokens: number, encoding: Encoding): number {
  let tokens = 0;
  let start = bytes.length - (bytes.length % unitSize(encoding));
  while (start > 0) {
    const from = Math.max(0, start - stepBytes);
    const begin = from + (from === 0 ? 0 : findCharacter(bytes.subarray(from, start), encoding));
    tokens += estimate(bytes.subarray(begin, start), encoding);
    if (tokens > maxTokens) break;
    start = begin;
  }
  return start;
}

function walk(
  bytes: Uint8Array,
  maxTokens: number,
  encoding: Encoding,
): { readonly tokens: number; readonly end: number } {
  let tokens = 0;
  let end = 0;
  while (end < bytes.length) {
    const step = bytes.subarray(end, end + stepBytes);
    const length = end + step.length < bytes.length ? measureCharacters(step, encoding) : step.length;
    const more = estimate(step.subarray(0, length), encoding);
    if (tokens + more > maxTokens) break;
    tokens += more;
    end += length;
  }
  return { tokens, end };
}

function estimate(bytes: Uint8Array, encoding: Encoding): number {
  return estimateTokens(decodeText(bytes, encoding).text);
}
