import { findCharacter, measureCharacters } from './detection.ts';
import { estimateTokens } from './tokens.ts';

/** How much is estimated at once, in bytes: what fits is found this exactly. */
const stepBytes = 256;

/** Estimates the tokens of UTF-8 text, as `fitStart` counts them. */
export function estimateTokensOf(bytes: Uint8Array): number {
  return walk(bytes, Number.POSITIVE_INFINITY).tokens;
}

/** Measures how many bytes from the start of UTF-8 text fit into so many tokens, in whole characters. */
export function fitStart(bytes: Uint8Array, maxTokens: number): number {
  return walk(bytes, maxTokens).end;
}

/** Finds where the bytes begin that fit into so many tokens at the end of UTF-8 text, in whole characters. */
export function fitEnd(bytes: Uint8Array, maxTokens: number): number {
  let tokens = 0;
  let start = bytes.length;
  while (start > 0) {
    const from = Math.max(0, start - stepBytes);
    const begin = from + (from === 0 ? 0 : findCharacter(bytes.subarray(from, start)));
    tokens += estimate(bytes.subarray(begin, start));
    if (tokens > maxTokens) break;
    start = begin;
  }
  return start;
}

function walk(bytes: Uint8Array, maxTokens: number): { readonly tokens: number; readonly end: number } {
  let tokens = 0;
  let end = 0;
  while (end < bytes.length) {
    const step = bytes.subarray(end, end + stepBytes);
    const length = end + step.length < bytes.length ? measureCharacters(step) : step.length;
    const more = estimate(step.subarray(0, length));
    if (tokens + more > maxTokens) break;
    tokens += more;
    end += length;
  }
  return { tokens, end };
}

function estimate(bytes: Uint8Array): number {
  return estimateTokens(new TextDecoder().decode(bytes));
}
