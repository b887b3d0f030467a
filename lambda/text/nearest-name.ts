/**
 * Finds the known name that a text most likely means: one that differs in case, in `_` or `-`, or in a few letters, or
 * one that is a word of the text. Undefined when none is near. If several are equally near, it returns the first.
 */
export function findNearestName(text: string, names: readonly string[]): string | undefined {
  return findNearestNames(text, names)[0];
}

/** Finds all the known names that a text may mean, the nearest first. */
export function findNearestNames(text: string, names: readonly string[]): readonly string[] {
  const wanted = toLetters(text);
  const words = text.toLowerCase().split(/[^a-z\d]+/);
  const near = names.flatMap((name) => {
    const letters = toLetters(name);
    if (words.includes(letters)) return [{ name, distance: countEdits(wanted, letters) }];
    // A third of the letters may differ; below that two names are only as long as each other.
    const most = Math.floor(Math.max(wanted.length, letters.length) / 3);
    if (Math.abs(wanted.length - letters.length) > most) return [];
    const distance = countEdits(wanted, letters);
    return distance <= most ? [{ name, distance }] : [];
  });
  return near.sort((one, other) => one.distance - other.distance).map(({ name }) => name);
}

/** Longer texts are not names, and comparing them would cost more than it tells. */
const maxLength = 100;

function toLetters(text: string): string {
  return text
    .slice(0, maxLength)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * How many letters must be inserted, removed, replaced, or swapped with the next one to turn one text into the other
 * (Damerau-Levenshtein, optimal string alignment).
 */
function countEdits(one: string, other: string): number {
  const [from, to] = [[...one], [...other]];
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of from.entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
      const isSwap = index > 0 && to[column - 2] === letter && to[column - 1] === from[index - 1];
      const swapped = isSwap ? (before[column - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? 0;
}
