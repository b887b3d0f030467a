/** The parts of an RE2 expression: quotations, escapes, classes, group openings, repetitions, characters. */
const parts =
  /\\Q.*?(?:\\E|$)|\\x\{[\da-f]+\}|\\x[\da-f]{2}|\\0?[0-7]{2}|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<\w+>|\(\?[a-z-]*[:)]|\{\d+(?:,\d*)?\}|./gis;

/** A line break, as an escape or as the only member of a class. */
const lineBreak = /^\[?\\(?:n|x0a|x\{0*a\}|0?12)\]?$/i;

/** What can make the part before it optional. */
const optional = /^(?:[?*]|\{0)/;

/** The alternatives of the group that is being read. */
interface Alternatives {
  /** True when all finished ones need a line break. */
  allNeed: boolean;
  /** True when the current one needs a line break. */
  needs: boolean;
}

/**
 * True for an RE2 expression that cannot match within a line, because each of its alternatives has a line break that
 * is not optional. An expression that this function cannot read counts as one that might match.
 */
export function needsLineBreak(expression: string): boolean {
  const read = expression.match(parts) ?? [];
  const groups: Alternatives[] = [{ allNeed: true, needs: false }];
  for (const [index, part] of read.entries()) {
    const group = groups.at(-1);
    if (!group) return false;
    const isRequired = !optional.test(read[index + 1] ?? '');
    if (part === '(' || /^\(\?.*[:>]$/.test(part)) groups.push({ allNeed: true, needs: false });
    else if (part === '|') {
      group.allNeed &&= group.needs;
      group.needs = false;
    } else if (part === ')') {
      groups.pop();
      const outer = groups.at(-1);
      if (outer && isRequired && group.allNeed) outer.needs ||= group.needs;
    } else if (lineBreak.test(part) && isRequired) group.needs = true;
  }
  const [whole] = groups;
  return groups.length === 1 && whole?.allNeed === true && whole.needs;
}

/**
 * True for an RE2 expression that is written to match across lines: it has a line break, a dot under the flag `s`, or
 * a class of every character such as `[\s\S]`. It may still match within a line. A negated class such as `[^"]` does not
 * count, because it is mostly meant for one line.
 */
export function canSpanLines(expression: string): boolean {
  const read = expression.match(parts) ?? [];
  const hasFlag = read.some((part) => /^\(\?[a-z]*s[a-z]*(?:-[a-z]*)?[:)]$/i.test(part));
  return read.some(
    (part) =>
      (part === '.' && hasFlag) ||
      lineBreak.test(part) ||
      /^\[(?!\^).*(?:\\n|\\s.*\\S|\\S.*\\s|\\d.*\\D|\\D.*\\d|\\w.*\\W|\\W.*\\w)/s.test(part),
  );
}
