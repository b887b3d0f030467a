import { showName } from '../files/file-path.ts';
import type { AnswerRoom } from './answer-room.ts';
import type { FilePosition, ShownLine } from './lines.ts';

/** The lines of one file that fit into the answer. */
export interface FittingLines {
  readonly lines: readonly ShownLine[];
  /** How many of them match. */
  readonly matches: number;
  /** Which bound was reached, when a match did not fit. */
  readonly lack?: 'matches' | 'characters';
  /** Where to continue after the last match that fits. */
  readonly next?: FilePosition | undefined;
}

/** Takes the matches that fit, at most `limit`, each with its context. */
export function fitLines(
  lines: readonly ShownLine[],
  { room, limit }: { readonly room: AnswerRoom; readonly limit: number },
  { path, context }: { readonly path: string; readonly context: number },
): FittingLines {
  let matches = 0;
  let taken = 0;
  let last: ShownLine | undefined;
  for (const [index, line] of lines.entries()) {
    if (!line.next) continue;
    if (matches === limit) return keep('matches');
    const texts = lines.slice(taken, index + 1).map((shown) => toSearchedLine(path, shown));
    if (!room.take(texts)) return keep('characters');
    matches += 1;
    taken = index + 1;
    last = line;
  }
  return keep();

  function keep(lack?: FittingLines['lack']): FittingLines {
    const { number = 0, next } = last ?? {};
    // The lines after the last match are its context, even if they match too.
    const after = lines.slice(taken).filter((line) => last !== undefined && line.number <= number + context);
    const behind = after.map(({ number, text, place }) => ({ number, text, ...(place && { place }) }));
    if (behind.length > 0) room.take(behind.map((shown) => toSearchedLine(path, shown)));
    return { lines: [...lines.slice(0, taken), ...behind], matches, ...(lack && { lack }), next };
  }
}

/** Writes a match as `path:line: text`, and a line of context as `path-line- text`. */
export function toSearchedLine(path: string, { number, text, next, place }: ShownLine): string {
  const mark = next ? ':' : '-';
  if (place) {
    const within = place.number === undefined ? '' : `${place.number}${mark}`;
    return `${showName(path)} [${place.label}]${mark}${within} ${text}`;
  }
  return `${showName(path)}${mark}${number}${mark} ${text}`;
}
