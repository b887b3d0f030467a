/**
 * True for an RE2 expression that needs a line break wherever it matches, so that it cannot match within a line.
 * It looks for `\n` outside of a character class, and answers false when an alternative, an optional part or a
 * quotation (`\Q`) could do without it: an expression that might match is never taken for one that cannot.
 */
export function needsLineBreak(expression: string): boolean {
  // The escapes, the classes with theirs, and any other character.
  const parts = expression.match(/\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|./gs) ?? [];
  if (
    parts.some((part, at) => part === '|' || part === '\\Q' || (part === ')' && isOptional(parts[at + 1])))
  ) {
    return false;
  }
  return parts.some((part, at) => part === '\\n' && !isOptional(parts[at + 1]));
}

/** True for what can make the part before it optional. `{` can be `{0,1}`. */
function isOptional(quantifier: string | undefined): boolean {
  return quantifier === '?' || quantifier === '*' || quantifier === '{';
}
