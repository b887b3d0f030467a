/**
 * Finds where `part`, which must not be empty, occurs in a text: the start of at most `max` places, in order. They do
 * not overlap unless `overlapping` is set: `aaa` holds `aa` once, or twice with overlaps. The time grows with the sum
 * of both lengths and not with their product, as it does for `indexOf` on some texts (Knuth, Morris, Pratt 1977).
 */
export function findOccurrences(
  text: string,
  part: string,
  max: number,
  { overlapping = false }: { readonly overlapping?: boolean } = {},
): number[] {
  const borders = measureBorders(part);
  const found: number[] = [];
  let matched = 0;
  let at = 0;
  while (found.length < max) {
    // Skips what cannot begin a match, which makes ordinary searches several times faster.
    if (matched === 0) at = text.indexOf(part.charAt(0), at);
    if (at < 0 || at === text.length) break;
    matched = goOn(part, borders, matched, text.charCodeAt(at));
    at += 1;
    if (matched < part.length) continue;
    found.push(at - part.length);
    matched = overlapping ? (borders[part.length] ?? 0) : 0;
  }
  return found;
}

/** For each prefix of `part`, by its length: the length of the longest shorter prefix that it ends with. */
function measureBorders(part: string): Int32Array {
  const borders = new Int32Array(part.length + 1);
  for (let length = 1; length < part.length; length += 1) {
    borders[length + 1] = goOn(part, borders, borders[length] ?? 0, part.charCodeAt(length));
  }
  return borders;
}

/** How many characters of `part` match after one more character of the text. */
function goOn(part: string, borders: Int32Array, matched: number, next: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== next) length = borders[length] ?? 0;
  return part.charCodeAt(length) === next ? length + 1 : 0;
}
