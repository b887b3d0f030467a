/** How much structure one message may have. Long strings do not count: they cost only their length. */
export interface JsonBounds {
  /** Objects and arrays within each other. */
  readonly depth: number;
  /** Members of objects and items of arrays, in all. */
  readonly members: number;
}

/** No tool takes more than a few thousand members, nor any that are deeply nested. */
export const messageBounds: JsonBounds = { depth: 100, members: 50_000 };

const quote = 0x22;
const backslash = 0x5c;

/**
 * Counts the members of a JSON text from its bytes in one pass; undefined when it exceeds the bounds. Parsed, half a
 * million keys take half a gigabyte. Commas stand for members, which counts one less than there are in each object or
 * array that is not empty, and each object or array counts as one.
 */
export function countMembers(
  json: Uint8Array,
  { depth: maxDepth, members: maxMembers }: JsonBounds,
): number | undefined {
  let depth = 0;
  let members = 0;
  for (let index = 0; index < json.length; index += 1) {
    switch (json[index]) {
      case quote:
        index = findStringEnd(json, index + 1);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        members += 1;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
      case 0x2c: // ,
        members += 1;
        break;
    }
    if (depth > maxDepth || members > maxMembers) return undefined;
  }
  return members;
}

/** The index of the quote that ends the text; the length when none does. */
function findStringEnd(json: Uint8Array, start: number): number {
  let end = json.indexOf(quote, start);
  while (end >= 0 && isEscaped(json, end, start)) end = json.indexOf(quote, end + 1);
  return end < 0 ? json.length : end;
}

/** Whether an odd number of backslashes stands before the character. */
function isEscaped(json: Uint8Array, index: number, start: number): boolean {
  let before = index - 1;
  while (before >= start && json[before] === backslash) before -= 1;
  return (index - before) % 2 === 0;
}
