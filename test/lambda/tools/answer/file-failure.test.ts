import { InvalidPath, readDirectoryPath, readFilePath } from '../../../../lambda/files/file-path.ts';
import { FileStoreError, type FileStoreFailure } from '../../../../lambda/files/file-store.ts';
import { ToolFailure } from '../../../../lambda/tool-failure.ts';
import { toToolFailure } from '../../../../lambda/tools/answer/file-failure.ts';

const path = readFilePath('notes/today.md');

describe('toToolFailure', () => {
  it.each<[FileStoreFailure, string]>([
    [{ code: 'not_found', path }, 'there is no file "notes/today.md": call list_files to see what is there'],
    [
      { code: 'is_directory', path },
      '"notes/today.md" is a directory: call list_files to see the files in it',
    ],
    [
      { code: 'already_exists', path, etag: '"a1"' },
      '"notes/today.md" exists already and its etag is "a1": read it first and pass if_match to replace it, or choose another path',
    ],
    [
      { code: 'conflict', path, etag: '"a2"' },
      '"notes/today.md" changed meanwhile: its etag is now "a2"; read it again and repeat the change',
    ],
    [
      { code: 'conflict', path },
      '"notes/today.md" changed meanwhile and nothing was done: others create and delete it at this moment; try again',
    ],
    [
      { code: 'hidden', path, versionId: 'v3' },
      '"notes/today.md" changed meanwhile, and its newer version v3 may have been deleted by mistake: look with list_file_versions, and call restore_file with version_id v3 to bring it back',
    ],
    [
      { code: 'no_such_version', path, versionId: 'v9' },
      '"notes/today.md" has no version "v9": call list_file_versions to see its versions',
    ],
    [
      { code: 'is_deletion', path, versionId: 'v2' },
      'version "v2" of "notes/today.md" is a deletion and has no content: call list_file_versions and choose an older version',
    ],
    [
      { code: 'archived', path },
      '"notes/today.md" is archived and cannot be read: ask the operator of this server to bring it back',
    ],
    [
      { code: 'too_large', path, size: 6_000_000_000, maxBytes: 5_368_709_120 },
      '"notes/today.md" is 6000000000 bytes long and at most 5368709120 can be copied: leave it where it is, or ask the operator of this server to copy it',
    ],
    [
      { code: 'denied', path, action: 'read' },
      'this server is not allowed to read "notes/today.md": tell its operator; trying again does not help',
    ],
    [
      { code: 'denied', path: readDirectoryPath(''), action: 'list' },
      'this server is not allowed to list the root: tell its operator; trying again does not help',
    ],
    [
      { code: 'uncertain', path },
      'the answer of the file store was lost, and "notes/today.md" may have been changed: look with get_file_info before you try again',
    ],
  ])('tells the model of %j', (failure, sentence) => {
    const error = new FileStoreError(failure, { cause: new Error('of S3') });
    const told = toToolFailure(error);
    expect(told).toBeInstanceOf(ToolFailure);
    expect(told).toMatchObject({ message: sentence, cause: error });
  });

  it('hands on what is wrong with a path', () => {
    const error = new InvalidPath('the path is empty: name a file');
    const told = toToolFailure(error);
    expect(told).toBeInstanceOf(ToolFailure);
    expect(told).toMatchObject({ message: 'the path is empty: name a file', cause: error });
  });

  it('leaves every other error as it is', () => {
    const outage = new Error('socket hang up');
    expect(toToolFailure(outage)).toBe(outage);
    const failure = new ToolFailure('say it again');
    expect(toToolFailure(failure)).toBe(failure);
  });
});
