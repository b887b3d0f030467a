/** The tokens of RE2: a quoted text, a class, a Unicode class, an escape, any other character. */
const tokens = /\\Q.*?(?:\\E|$)|\\[pP]\{\^?\w+\}|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\\.|./gsu;

/** A class that matches no character. */
const never = String.raw`[^\x00-\x{10FFFF}]`;

/** Whether a text starts where its line starts, and ends where its line ends. */
export interface LineEnds {
  readonly startsLine: boolean;
  readonly endsLine: boolean;
}

/**
 * Rewrites a valid RE2 expression for a piece of a line: an anchor for an end that the piece does not have then
 * matches nowhere, instead of at the cut.
 */
export function toPieceExpression(expression: string, { startsLine, endsLine }: LineEnds): string {
  const anchors = new Set([
    ...(startsLine ? [] : ['^', String.raw`\A`]),
    ...(endsLine ? [] : ['$', String.raw`\z`]),
  ]);
  return expression.replace(tokens, (token) => (anchors.has(token) ? never : token));
}
