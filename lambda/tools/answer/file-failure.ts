import { InvalidPath, showName } from '../../files/file-path.ts';
import { FileStoreError, type FileStoreFailure } from '../../files/file-store.ts';
import { ToolFailure } from '../../tool-failure.ts';
import type { NearestContext } from './nearest-files.ts';

/**
 * Turns what a path or the file store refused into a sentence for the model.
 * Every other error is handed back as it is: a bug or an outage, not for the model.
 */
export function toToolFailure(error: unknown): unknown {
  if (error instanceof InvalidPath) return new ToolFailure(error.message, { cause: error });
  if (error instanceof FileStoreError) return new ToolFailure(toSentence(error.failure), { cause: error });
  return error;
}

/** What to add to the sentence of a failure: similar names for a missing file, nothing for any other failure. */
export async function nameNearestOf(error: unknown, context: NearestContext): Promise<string> {
  if (!(error instanceof FileStoreError && error.failure.code === 'not_found')) return '';
  // No start needs it.
  const { nameNearest } = await import('./nearest-files.ts');
  const nearest = await nameNearest(error.failure.path, context);
  return nearest && `; similar names: ${nearest}`;
}

function toSentence(failure: FileStoreFailure): string {
  const { code } = failure;
  const path = showName(failure.path);
  switch (code) {
    case 'not_found':
      return `there is no file "${path}": call list_files to see what is there`;
    case 'is_directory':
      return `"${path}" is a directory: call list_files to see the files in it`;
    case 'already_exists':
      return `"${path}" exists already and its etag is ${failure.etag}: read it first and pass if_match to replace it, or choose another path`;
    case 'conflict':
      return failure.etag === undefined
        ? `"${path}" changed meanwhile and nothing was done: others create and delete it at this moment; try again`
        : `"${path}" changed meanwhile: its etag is now ${failure.etag}; read it again and repeat the change`;
    case 'hidden':
      return `"${path}" changed meanwhile, and its newer version ${failure.versionId} may have been deleted by mistake: look with list_file_versions, and call restore_file with version_id ${failure.versionId} to bring it back`;
    case 'no_such_version':
      return `"${path}" has no version "${failure.versionId}": call list_file_versions to see its versions`;
    case 'is_deletion':
      return `version "${failure.versionId}" of "${path}" is a deletion and has no content: call list_file_versions and choose an older version`;
    case 'archived':
      return `"${path}" is archived and cannot be read: ask the operator of this server to bring it back`;
    case 'too_large':
      return `"${path}" is ${failure.size} bytes long and at most ${failure.maxBytes} can be copied: leave it where it is, or ask the operator of this server to copy it`;
    case 'denied':
      return `this server is not allowed to ${failure.action} ${path === '' ? 'the root' : `"${path}"`}: tell its operator; trying again does not help`;
    case 'wrong_clock':
      return 'the clock of this server is wrong, and the file store refuses what it asks; nothing was done: tell its operator, trying again does not help';
    case 'uncertain':
      return `the answer of the file store was lost, and "${path}" may have been changed: look with get_file_info before you try again`;
  }
}
