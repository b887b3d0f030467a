import type { FileSearch } from './file.ts';
import { fitLines } from './fit-lines.ts';
import type { ShownLine } from './lines.ts';
import type { PlanEnd, PlannedFile, SearchPosition } from './plan.ts';

/** What ended a search before there were no more files. */
export type SearchEnd = 'matches' | 'characters' | 'time' | NonNullable<PlanEnd['reason']>;

/** What a search came to. */
export interface Findings {
  /** The files with matches, and what is shown of them. */
  readonly files: readonly { readonly path: string; readonly lines: readonly ShownLine[] }[];
  readonly matches: number;
  /** How many files were looked at and are text, are none, and could not be read. */
  readonly searched: number;
  readonly binary: number;
  readonly unreadable: number;
  /** How many lines were searched in pieces. */
  readonly longLines: number;
  /** The files that are longer than what is searched of one. */
  readonly cut: readonly string[];
  /** Where to go on; the start, until something was taken. */
  readonly position: SearchPosition;
}

/** Collects what is found, file by file, until there is no room for more. */
export interface FindingsCollector {
  /** Takes what came of the next file; answers what ends the search with it. */
  take(file: PlannedFile, result: FileSearch): SearchEnd | undefined;
  findings(): Findings;
}

/** Creates a collector of at most `matches` matches and about `characters` characters. */
export function createFindings(
  start: SearchPosition,
  context: number,
  bounds: { readonly matches: number; readonly characters: number },
): FindingsCollector {
  const files: Findings['files'][number][] = [];
  const cut: string[] = [];
  const counts = { searched: 0, binary: 0, unreadable: 0, longLines: 0 };
  let room = bounds;
  let position = start;

  function take({ name, path, etag, at }: PlannedFile, result: FileSearch): SearchEnd | undefined {
    if (result.kind !== 'text') {
      counts[result.kind] += 1;
      position = { after: name };
      return undefined;
    }
    counts.searched += 1;
    counts.longLines += result.longLines;
    if (result.isCut) cut.push(path);
    const { lines, used, lack, next } = fitLines(result.lines, room, { path, context });
    if (lines.length > 0) files.push({ path, lines });
    room = { matches: room.matches - used.matches, characters: room.characters - used.characters };
    const stop = lack ? (next ?? at) : result.next;
    position = stop ? { after: position.after, within: { name, etag, at: stop } } : { after: name };
    if (lack) return lack;
    if (room.matches === 0) return 'matches';
    return result.next && 'time';
  }

  return {
    take,
    findings: () => ({ files, matches: bounds.matches - room.matches, ...counts, cut, position }),
  };
}
