import { type FilePath, readFilePath, readNewFilePath } from '../../files/file-path.ts';
import { FileStoreError } from '../../files/file-store.ts';
import { ToolFailure } from '../../tool-failure.ts';

/** Reads the paths of a copy or a move. Throws `InvalidPath`, and `ToolFailure` when they are the same. */
export function readSourceAndTarget(source: string, target: string): { from: FilePath; to: FilePath } {
  const from = readFilePath(source);
  const to = readNewFilePath(target);
  if (from !== to) return { from, to };
  throw new ToolFailure(
    `source and target are both "${to}": choose another target, or call restore_file to bring back a version`,
  );
}

/** Throws the error again; where a file is in the way, with the argument that lets a copy or move replace it. */
export function explainTaken(error: unknown): never {
  if (!(error instanceof FileStoreError && error.failure.code === 'already_exists')) throw error;
  const { path, etag } = error.failure;
  throw new ToolFailure(
    `"${path}" exists already and its etag is ${etag}: pass overwrite true to replace it, or choose another target`,
    { cause: error },
  );
}
