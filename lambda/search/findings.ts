import type { AnswerRoom } from './answer-room.ts';
import type { FileSearch, ForeignEncoding, SearchedText } from './file.ts';
import { fitLines } from './fit-lines.ts';
import type { FilePosition, ShownLine } from './lines.ts';
import { type PlanEnd, type PlannedFile, type SearchPosition, toPosition } from './plan.ts';
import type { SkippedFile } from './skipped.ts';

/** What a search shows: the lines that match, the files that have one, or how many lines match in each. */
export type SearchMode = 'content' | 'files' | 'count';

/** What ended a search before there were no more files. */
export type SearchEnd = 'matches' | 'characters' | NonNullable<PlanEnd['reason']>;

/** A file with matches. */
export interface FoundFile {
  readonly path: string;
  /** The lines to show; none unless the mode is `content`. */
  readonly lines: readonly ShownLine[];
  /** How many of its lines match, as far as they were looked at. */
  readonly matches: number;
  /** How a line that matches was read, if that was not UTF-8. */
  readonly encoding?: ForeignEncoding | undefined;
}

/** What a search came to. */
export interface Findings {
  readonly files: readonly FoundFile[];
  /** How many text files were searched, at least in part. */
  readonly searched: number;
  readonly skipped: readonly SkippedFile[];
  /** How many lines were searched in pieces. */
  readonly longLines: number;
  /** The files that are longer than what is searched of one. */
  readonly cut: readonly string[];
  /** Where to continue; the start, until something was taken. */
  readonly position: SearchPosition;
}

/** Collects what is found, file by file, until there is no room for more. */
export interface FindingsCollector {
  /** Takes what came of the next file; answers what ends the search with it. */
  take(file: PlannedFile, result: FileSearch): SearchEnd | undefined;
  findings(): Findings;
}

/** How findings are shown, and how many. */
export interface FindingsOptions {
  readonly mode: SearchMode;
  /** Lines to show before and after each match. */
  readonly context: number;
  /** Matches at most, or files with some. */
  readonly limit: number;
  readonly room: AnswerRoom;
}

/** What is shown of a file, and what was missing for more. */
interface Shown {
  readonly found?: FoundFile;
  readonly lack?: 'matches' | 'characters' | undefined;
  /** Where the search of the file continues; absent when it is done. */
  readonly stop?: FilePosition | undefined;
  /** How many lines before it match, when they are only counted. */
  readonly matches?: number;
}

/** Creates a collector that starts at `start`. */
export function createFindings(
  start: SearchPosition,
  { mode, context, limit, room }: FindingsOptions,
): FindingsCollector {
  const files: FoundFile[] = [];
  const skipped: SkippedFile[] = [];
  const cut: string[] = [];
  const counts = { searched: 0, longLines: 0 };
  let found = 0;
  let position = start;
  let hasMoved = false;

  function moveTo(next: SearchPosition): void {
    position = next;
    hasMoved = true;
  }

  const after = ({ pathIndex, name }: PlannedFile) => toPosition(pathIndex, name);

  function take(file: PlannedFile, result: FileSearch): SearchEnd | undefined {
    if (result.kind === 'late' && hasMoved) return 'time';
    if (result.kind !== 'text') {
      // A file that took the whole time would take it again: it is reported as skipped, and the others are searched.
      skipped.push({ path: file.path, reason: result.kind === 'late' ? 'slow' : result.reason });
      moveTo(after(file));
      return undefined;
    }
    const shown = mode === 'content' ? showLines(file, result) : showFile(file, result);
    if (shown.found) {
      const { encoding } = result;
      files.push({ ...shown.found, ...(encoding && { encoding }) });
      found += mode === 'content' ? shown.found.matches : 1;
    }
    if (shown.found || !shown.lack) {
      counts.searched += 1;
      counts.longLines += result.longLines;
      if (result.isCut) cut.push(file.path);
    }
    const { stop, matches } = shown;
    if (!stop) moveTo(after(file));
    else {
      const { pathIndex, name, etag } = file;
      const isSamePath = pathIndex === (position.pathIndex ?? 0);
      const before = toPosition(pathIndex, isSamePath ? position.after : undefined);
      moveTo({ ...before, within: { name, etag, at: stop, ...(matches && { matches }) } });
    }
    return shown.lack ?? (stop && 'time');
  }

  function showLines({ path, at }: PlannedFile, { lines, next: end }: SearchedText): Shown {
    const fitting = fitLines(lines, { room, limit: limit - found }, { path, context });
    const { lack, matches, next = at } = fitting;
    const shown = { lack, stop: lack ? next : end };
    return matches === 0 ? shown : { ...shown, found: { path, lines: fitting.lines, matches } };
  }

  function showFile({ path, at, matches: before }: PlannedFile, { matches, next }: SearchedText): Shown {
    const all = before + matches;
    // One match is enough to name a file; its count is shown when all of it was searched.
    if (next && (mode === 'count' || all === 0)) return { stop: next, matches: all };
    if (all === 0) return {};
    const full = { stop: at, matches: before };
    if (found === limit) return { ...full, lack: 'matches' };
    if (!room.take([path, String(all)])) return { ...full, lack: 'characters' };
    return { found: { path, lines: [], matches: all } };
  }

  return { take, findings: () => ({ files, skipped, ...counts, cut, position }) };
}
