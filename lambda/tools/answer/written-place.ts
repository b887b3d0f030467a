import * as z from 'zod';
import { readDirectoryPath } from '../../files/file-path.ts';
import type { FileFacts, FileStore } from '../../files/file-store.ts';
import { toWrittenFile, toWrittenText, writtenFile } from './written-file.ts';

/** What a tool answers of a file that it wrote to a name that its caller chose. */
export const placedFile = writtenFile.extend({
  replaced_version_id: z.string().optional().describe('What was there before; restore_file brings it back'),
  note: z.string().optional(),
});

/** How long the looks at a place may delay the answer, in milliseconds. */
const patience = 2_000;

/** How the place of a written file is looked at. */
export interface PlaceOptions {
  /** False when the write demanded that there was no file. */
  readonly mayReplace: boolean;
  /** What else is to be said of the file. */
  readonly notes?: readonly string[];
  readonly signal: AbortSignal;
}

/** Answers for a written file, with what it replaced and whether its name is a directory's too. */
export async function toPlacedAnswer(
  files: Pick<FileStore, 'list' | 'listVersions'>,
  written: FileFacts,
  { mayReplace, notes = [], signal }: PlaceOptions,
  toSentence: (file: string) => string,
): Promise<{ text: string; structured: z.infer<typeof placedFile> }> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const [replaced, hasDirectory] = await Promise.all([
    mayReplace ? findReplaced(files, written, soon) : undefined,
    isDirectory(files, written, soon),
  ]);
  const undo =
    replaced === undefined ? [] : [`It replaced version ${replaced}, which restore_file brings back.`];
  const directory = hasDirectory
    ? [
        `"${written.path}" is also a directory that holds files: if you meant a file in it, move this one there.`,
      ]
    : [];
  const all = [...notes, ...directory];
  return {
    text: [toSentence(toWrittenText(written)), ...undo, ...all].join(' '),
    structured: {
      ...toWrittenFile(written),
      ...(replaced !== undefined && { replaced_version_id: replaced }),
      ...(all.length > 0 && { note: all.join(' ') }),
    },
  };
}

/**
 * Finds the version directly below the written one, unless it is a deletion. It is looked for afterwards, because
 * what is there before a write may no longer be there when the write is made.
 */
async function findReplaced(
  files: Pick<FileStore, 'listVersions'>,
  { path, versionId }: FileFacts,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (versionId === undefined) return undefined;
  const { versions } = await files.listVersions(path, { limit: 5, signal }).catch(toNone);
  const place = versions.findIndex((version) => version.versionId === versionId);
  const below = place < 0 ? undefined : versions[place + 1];
  return below?.isDeletion ? undefined : below?.versionId;
}

async function isDirectory(
  files: Pick<FileStore, 'list'>,
  { path }: FileFacts,
  signal: AbortSignal,
): Promise<boolean> {
  const options = { recursive: true, limit: 1, signal };
  const { entries } = await files.list(readDirectoryPath(path), options).catch(toNone);
  return entries.length > 0;
}

/**
 * The file is written whatever these looks come to, and an answer that fails would say that it is not. Whoever
 * watches the store notes the outage.
 */
function toNone() {
  return { versions: [], entries: [] };
}
