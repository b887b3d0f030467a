import { InvalidPath } from '../files/file-path.ts';
import { FileStoreError, type FileStoreFailure } from '../files/file-store.ts';
import { ToolFailure } from './tool.ts';

/**
 * Turns what a path or the file store refused into a sentence for the model.
 * Every other error is handed back as it is: a bug or an outage, not for the model.
 */
export function toToolFailure(error: unknown): unknown {
  if (error instanceof InvalidPath) return new ToolFailure(error.message, { cause: error });
  if (error instanceof FileStoreError) return new ToolFailure(toSentence(error.failure), { cause: error });
  return error;
}

function toSentence(failure: FileStoreFailure): string {
  switch (failure.code) {
    case 'not_found':
      return `there is no file "${failure.path}": call list_files to see what is there`;
    case 'is_directory':
      return `"${failure.path}" is a directory: call list_files to see the files in it`;
    case 'too_large':
      return `"${failure.path}" is ${failure.size} bytes long and at most ${failure.maxBytes} can be read at once`;
  }
}
