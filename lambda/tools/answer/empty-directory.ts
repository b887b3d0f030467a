import { type DirectoryPath, readFilePath } from '../../files/file-path.ts';
import { type FileStore, FileStoreError } from '../../files/file-store.ts';

/** What a path is that nothing was listed below. The store lists a file, and nothing at all, as empty. */
export async function findKind(
  files: Pick<FileStore, 'stat'>,
  path: DirectoryPath,
  signal: AbortSignal,
): Promise<'file' | 'directory' | 'nothing'> {
  if (path === '') return 'directory';
  try {
    await files.stat(readFilePath(path), { signal });
    return 'file';
  } catch (error) {
    if (!(error instanceof FileStoreError)) throw error;
    return error.failure.code === 'not_found' ? 'nothing' : 'directory';
  }
}

/** What a model is told instead of "none", with the remedy. */
export function toNothingThere(path: DirectoryPath): string {
  return `There is nothing at "${path}": call list_files without path to see what is there.`;
}
