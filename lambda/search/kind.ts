import { type DirectoryPath, readFilePath } from '../files/file-path.ts';
import { type FileFacts, type FileStore, FileStoreError } from '../files/file-store.ts';

/** What a path is. */
export type PathKind =
  | { readonly kind: 'file'; readonly facts: FileFacts }
  | { readonly kind: 'directory' | 'nothing' };

/** Finds what a path is that nothing was listed below. The store lists a file, and nothing at all, as empty. */
export async function findKind(
  files: Pick<FileStore, 'stat'>,
  path: DirectoryPath,
  signal: AbortSignal,
): Promise<PathKind> {
  if (path === '') return { kind: 'directory' };
  try {
    return { kind: 'file', facts: await files.stat(readFilePath(path), { signal }) };
  } catch (error) {
    if (!(error instanceof FileStoreError)) throw error;
    return { kind: error.failure.code === 'not_found' ? 'nothing' : 'directory' };
  }
}
