import { S3Client } from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../../lambda/aws/s3/file-store.ts';
import { appendFile } from '../../../lambda/tools/append-file.ts';
import { copyFile } from '../../../lambda/tools/copy-file.ts';
import { deleteFile } from '../../../lambda/tools/delete-file.ts';
import { editFile } from '../../../lambda/tools/edit-file.ts';
import { moveFile } from '../../../lambda/tools/move-file.ts';
import { restoreFile } from '../../../lambda/tools/restore-file.ts';
import type { Tool } from '../../../lambda/tools/tool.ts';
import { writeFile } from '../../../lambda/tools/write-file.ts';
import { writeText } from '../../support/memory-file-store.ts';
import { mockS3 } from '../../support/mocked-s3.ts';
import { runTool } from '../../support/run-tool.ts';

const edits = [{ old_text: 'one', new_text: 'two' }];

describe('the requests of one call, when no answer is lost', () => {
  // After the change the tools that place a file look what it replaced and whether its name is a directory's.
  it.each<[string, Tool, object, string[]]>([
    [
      'write_file',
      writeFile,
      { path: 'a', content: 'x' },
      ['PutObject', 'ListObjectVersions', 'ListObjectsV2'],
    ],
    ['write_file', writeFile, { path: 'b', content: 'x', create_only: true }, ['PutObject', 'ListObjectsV2']],
    ['append_file', appendFile, { path: 'a', content: 'x' }, ['GetObject', 'PutObject']],
    ['edit_file', editFile, { path: 'a', edits }, ['GetObject', 'PutObject']],
    ['copy_file', copyFile, { source: 'a', target: 'b' }, ['HeadObject', 'CopyObject', 'ListObjectsV2']],
    // The list of versions tells that nothing newer was deleted: S3 compares only etags.
    [
      'move_file',
      moveFile,
      { source: 'a', target: 'b' },
      ['HeadObject', 'CopyObject', 'DeleteObject', 'ListObjectVersions', 'ListObjectsV2'],
    ],
    ['delete_file', deleteFile, { path: 'a' }, ['HeadObject', 'DeleteObject']],
    ['restore_file', restoreFile, { path: 'a', version_id: 'first' }, ['HeadObject', 'CopyObject']],
  ])('are these of %s', async (_, tool, input, requests) => {
    const s3 = mockS3('bucket');
    const client = new S3Client({ region: 'us-east-1' });
    const files = createS3FileStore({ client, bucket: 'bucket', prefix: 'files/' });
    const { versionId } = await writeText(files, 'a', 'one');
    s3.resetHistory();
    await runTool(tool, 'version_id' in input ? { ...input, version_id: versionId } : { ...input }, files);
    const made = s3.calls().map(({ args: [command] }) => command.constructor.name.replace('Command', ''));
    expect(made).toEqual(requests);
  });
});
