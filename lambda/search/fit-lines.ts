import type { FilePosition, ShownLine } from './lines.ts';

/** How much more can be shown. */
export interface Room {
  readonly matches: number;
  readonly characters: number;
}

/** What fits of the lines found in one file. */
export interface FittingLines {
  readonly lines: readonly ShownLine[];
  /** What these lines take. */
  readonly used: Room;
  /** What there was too little of, when a match is left out. */
  readonly lack?: keyof Room;
  /** Where to go on behind the last match that fits. */
  readonly next?: FilePosition | undefined;
}

/** Takes the matches that there is room for, each with its context. A line takes its text and `path`. */
export function fitLines(
  lines: readonly ShownLine[],
  room: Room,
  { path, context }: { path: string; context: number },
): FittingLines {
  let matches = 0;
  let characters = 0;
  let last: ShownLine | undefined;
  for (const line of lines) {
    characters += measure(line);
    if (!line.next) continue;
    if (matches === room.matches) return keep('matches');
    if (characters > room.characters) return keep('characters');
    matches += 1;
    last = line;
  }
  return keep();

  function keep(lack?: keyof Room): FittingLines {
    const { number = 0, next } = last ?? {};
    const shown = lines
      .filter((line) => line.number <= number + context)
      .map((line) => (line.number > number ? { number: line.number, text: line.text } : line));
    const fitting = last ? shown : [];
    const used = { matches, characters: fitting.reduce((sum, line) => sum + measure(line), 0) };
    return { lines: fitting, used, ...(lack && { lack }), next };
  }

  function measure({ text }: ShownLine): number {
    return path.length + text.length;
  }
}
