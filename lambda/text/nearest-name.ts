/**
 * Finds the known name that a text most likely means: one that differs in case, in `_` or `-`, or in a few letters, or
 * one that is a word of the text. Undefined when none is near. If several are equally near, it returns the first.
 */
export function findNearestName(text: string, names: readonly string[]): string | undefined {
  const wanted = toLetters(text);
  const words = text.toLowerCase().split(/[^a-z\d]+/);
  const near = names.flatMap((name) => {
    const letters = toLetters(name);
    const distance = countEdits(wanted, letters);
    // A third of the letters may differ; below that two names are only as long as each other.
    if (distance <= Math.floor(Math.max(wanted.length, letters.length) / 3)) return [{ name, distance }];
    return words.includes(letters) ? [{ name, distance }] : [];
  });
  return near.sort((one, other) => one.distance - other.distance)[0]?.name;
}

/** Longer texts are not names, and comparing them would cost more than it tells. */
const maxLength = 100;

function toLetters(text: string): string {
  return text
    .slice(0, maxLength)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** How many letters must be inserted, removed or replaced to turn one text into the other (Levenshtein). */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
