/**
 * Finds where `part`, which is not empty, begins in a text, at most `max` times and without overlaps. Its time
 * grows with the lengths of both and not with their product, as that of `indexOf` does for some texts
 * (Knuth, Morris, Pratt 1977).
 */
export function findOccurrences(text: string, part: string, max: number): number[] {
  const borders = measureBorders(part);
  const found: number[] = [];
  let matched = 0;
  let at = 0;
  while (found.length < max) {
    // Only a skip over what cannot begin a match: it makes the usual search some times faster.
    if (matched === 0) at = text.indexOf(part.charAt(0), at);
    if (at < 0 || at === text.length) break;
    matched = goOn(part, borders, matched, text.charCodeAt(at));
    at += 1;
    if (matched < part.length) continue;
    found.push(at - part.length);
    matched = 0;
  }
  return found;
}

/** For each beginning of `part`: how long the longest shorter one is that it ends with. */
function measureBorders(part: string): Int32Array {
  const borders = new Int32Array(part.length + 1);
  for (let length = 1; length < part.length; length += 1) {
    borders[length + 1] = goOn(part, borders, borders[length] ?? 0, part.charCodeAt(length));
  }
  return borders;
}

/** How much of `part` is matched after one more character. */
function goOn(part: string, borders: Int32Array, matched: number, next: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== next) length = borders[length] ?? 0;
  return part.charCodeAt(length) === next ? length + 1 : 0;
}
