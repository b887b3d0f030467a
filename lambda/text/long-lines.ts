/** A line of a diff that is longer than this, in characters, is shown in part. */
const maxLineLength = 600;

/** How much is shown on each side of a change in a long line, in characters. */
const around = 120;

/** How much is shown of a long line that did not change, in characters. */
const shownOfContext = 200;

/**
 * Shortens the long lines of a hunk, each of which begins with its sign. A removed line and the added line that
 * replaces it are both cut to what differs between them and 120 characters on each side; other long lines are cut at
 * their end. "[…N]" stands for N characters that are not shown.
 */
export function shortenLines(lines: readonly string[]): string[] {
  if (lines.every((line) => line.length <= maxLineLength)) return [...lines];
  const partners = findPartners(lines);
  return lines.map((line, index) => {
    if (line.length <= maxLineLength) return line;
    const sign = line.charAt(0);
    if (sign !== '-' && sign !== '+') return `${sign}${show(line.slice(1), 0, shownOfContext)}`;
    const partner = partners.get(index);
    if (partner === undefined) return `${sign}${show(line.slice(1), 0, maxLineLength)}`;
    return `${sign}${showChange(line.slice(1), (lines[partner] ?? '').slice(1))}`;
  });
}

/** Pairs the lines of each run of removed lines with those of the run of added lines after it, in order. */
function findPartners(lines: readonly string[]): ReadonlyMap<number, number> {
  const partners = new Map<number, number>();
  let removed: number[] = [];
  let added = 0;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('-')) {
      if (added > 0) removed = [];
      added = 0;
      removed.push(index);
    } else if (line.startsWith('+')) {
      const partner = removed[added];
      added += 1;
      if (partner === undefined) continue;
      partners.set(index, partner);
      partners.set(partner, index);
    } else if (!line.startsWith('\\')) {
      removed = [];
      added = 0;
    }
  }
  return partners;
}

/** Shows where a line differs from another one. */
function showChange(line: string, other: string): string {
  const most = Math.min(line.length, other.length);
  let same = 0;
  while (same < most && line.charCodeAt(same) === other.charCodeAt(same)) same += 1;
  let rest = 0;
  while (
    rest < most - same &&
    line.charCodeAt(line.length - 1 - rest) === other.charCodeAt(other.length - 1 - rest)
  ) {
    rest += 1;
  }
  return show(line, same - around, line.length - rest + around);
}

/** Shows part of a line, at most the length of a long line, and never half of a surrogate pair. */
function show(line: string, from: number, to: number): string {
  let start = Math.max(0, from);
  let end = Math.min(line.length, to);
  const isSecondHalf = (at: number) =>
    /^[\uDC00-\uDFFF]/.test(line.charAt(at)) && /[\uD800-\uDBFF]/.test(line.charAt(at - 1));
  if (isSecondHalf(start)) start -= 1;
  if (isSecondHalf(end)) end -= 1;
  if (end - start <= maxLineLength)
    return `${toMark(start)}${line.slice(start, end)}${toMark(line.length - end)}`;
  // Both ends of a long change are shown, but not its middle.
  const half = maxLineLength / 2;
  const head = start + half - (isSecondHalf(start + half) ? 1 : 0);
  const tail = end - half + (isSecondHalf(end - half) ? 1 : 0);
  const middle = toMark(tail - head);
  return `${toMark(start)}${line.slice(start, head)}${middle}${line.slice(tail, end)}${toMark(line.length - end)}`;
}

function toMark(length: number): string {
  return length === 0 ? '' : `[…${length}]`;
}
