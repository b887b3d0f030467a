import * as z from 'zod';
import { type FilePath, readDirectoryPath } from '../../files/file-path.ts';
import {
  type FileFacts,
  type FileStore,
  FileStoreError,
  type WriteCondition,
} from '../../files/file-store.ts';
import { toWrittenFile, toWrittenText, writtenFile } from './written-file.ts';

/** What a tool answers of a file that it wrote to a name that its caller chose. */
export const placedFile = writtenFile.extend({
  replaced_version_id: z.string().optional().describe('What was there before; restore_file brings it back'),
  note: z.string().optional(),
});

/** What a write replaced: nothing, a file, or what nobody can tell because others wrote at the same time. */
type Replaced =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'file'; readonly etag: string; readonly versionId?: string | undefined }
  | { readonly kind: 'unknown' };

/** A file that was written, and what was there before. */
export interface PlacedFile<File extends FileFacts> {
  readonly file: File;
  readonly replaced: Replaced;
}

/** How often a write demands what it has seen before it is made upon whatever is there. */
const maxConditions = 3;

/**
 * Makes a write or a copy to `path` and learns what it replaces. A caller with a condition has said it already. For
 * one without, the first request demands that there is no file: that costs a new file nothing, and for an existing
 * one S3 refuses and tells its version, which the next request demands. Throws as `put` does.
 */
export async function placeFile<File extends FileFacts>(
  path: FilePath,
  condition: WriteCondition,
  put: (condition: WriteCondition) => Promise<File>,
): Promise<PlacedFile<File>> {
  if (condition.kind !== 'none') return { file: await put(condition), replaced: toReplaced(condition) };
  let seen: Replaced = { kind: 'nothing' };
  for (let attempt = 0; attempt < maxConditions; attempt += 1) {
    try {
      return { file: await put(toCondition(seen)), replaced: seen };
    } catch (error) {
      const present = findPresent(error, path);
      if (!present) throw error;
      seen = present;
    }
  }
  return { file: await put(condition), replaced: { kind: 'unknown' } };
}

function toReplaced(condition: WriteCondition): Replaced {
  return condition.kind === 'match' ? { kind: 'file', etag: condition.etag } : { kind: 'nothing' };
}

function toCondition(seen: Replaced): WriteCondition {
  return seen.kind === 'file' ? { kind: 'match', etag: seen.etag } : { kind: 'absent' };
}

/** Reads off a refused condition what is at the path; undefined for every other error. */
function findPresent(error: unknown, path: FilePath): Replaced | undefined {
  if (!(error instanceof FileStoreError) || error.failure.path !== path) return undefined;
  const { failure } = error;
  switch (failure.code) {
    case 'already_exists':
    case 'conflict':
      if (failure.etag === undefined) return { kind: 'nothing' };
      return { kind: 'file', etag: failure.etag, versionId: failure.versionId };
    case 'not_found':
    case 'is_directory':
      return { kind: 'nothing' };
    default:
      return undefined;
  }
}

/** What is said of a placed file. */
export interface PlacedAnswerOptions {
  /** What else is to be said of it. */
  readonly notes?: readonly string[];
  readonly signal: AbortSignal;
  /** The first sentence, around the facts of the file. */
  toSentence(file: string): string;
}

/** Answers for a placed file, with what it replaced, and whether its name is also a directory's. */
export async function toPlacedAnswer(
  files: Pick<FileStore, 'list'>,
  { file, replaced }: PlacedFile<FileFacts>,
  { notes = [], signal, toSentence }: PlacedAnswerOptions,
): Promise<{ text: string; structured: z.infer<typeof placedFile> }> {
  const all = [
    ...notes,
    ...toRaceNotes(replaced),
    ...(await toDirectoryNotes(files, file, replaced, signal)),
  ];
  const versionId = replaced.kind === 'file' ? replaced.versionId : undefined;
  return {
    text: [toSentence(toWrittenText(file)), ...toUndo(replaced), ...all].join(' '),
    structured: {
      ...toWrittenFile(file),
      ...(versionId !== undefined && { replaced_version_id: versionId }),
      ...(all.length > 0 && { note: all.join(' ') }),
    },
  };
}

function toUndo(replaced: Replaced): string[] {
  if (replaced.kind !== 'file') return [];
  const { versionId, etag } = replaced;
  if (versionId !== undefined) return [`It replaced version ${versionId}, which restore_file brings back.`];
  return [
    `It replaced the version with etag ${etag}: list_file_versions names it, restore_file brings it back.`,
  ];
}

function toRaceNotes({ kind }: Replaced): string[] {
  if (kind !== 'unknown') return [];
  return ['Others wrote it at the same time: list_file_versions shows what was there before.'];
}

/** How long the look for a directory may delay the answer, in milliseconds. */
const patience = 2_000;

/** A new file whose name has no ending may have been meant to go into a directory of that name. */
async function toDirectoryNotes(
  files: Pick<FileStore, 'list'>,
  { path }: FileFacts,
  { kind }: Replaced,
  signal: AbortSignal,
): Promise<string[]> {
  if (kind !== 'nothing' || hasEnding(path)) return [];
  const soon = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const options = { recursive: true, limit: 1, signal: soon };
  // The file is written whatever this look comes to, and an answer that fails would say that it is not. Whoever
  // watches the store notes the outage.
  const { entries } = await files.list(readDirectoryPath(path), options).catch(() => ({ entries: [] }));
  if (entries.length === 0) return [];
  return [`"${path}" is also a directory that holds files: if you meant a file in it, move this one there.`];
}

/** `a.md` has an ending, `notes`, `.git` and `v1.2` have none. */
function hasEnding(path: FilePath): boolean {
  return /[^/]\.[a-z][a-z0-9]*$/i.test(path);
}
