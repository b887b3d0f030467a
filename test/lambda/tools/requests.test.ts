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
import { toEtag, writeText } from '../../support/memory-file-store.ts';
import { mockS3 } from '../../support/mocked-s3.ts';
import { runTool } from '../../support/run-tool.ts';

const edits = [{ old_text: 'one', new_text: 'two' }];
const content = 'x';
const if_match = toEtag('one');
const moved = { source: 'a.md', target: 'new.md' };

/** The file `a.md` holds `one`, `b.md` holds `six`, and nothing else is there. */
async function findRequests(tool: Tool, input: object): Promise<readonly string[]> {
  const s3 = mockS3('bucket', { hasContentEtags: true });
  const client = new S3Client({ region: 'us-east-1' });
  const files = createS3FileStore({ client, bucket: 'bucket', prefix: 'files/' });
  const { versionId } = await writeText(files, 'a.md', 'one');
  await writeText(files, 'b.md', 'six');
  s3.resetHistory();
  await runTool(tool, 'version_id' in input ? { ...input, version_id: versionId } : { ...input }, files);
  return s3.calls().map(({ args: [command] }) => command.constructor.name.replace('Command', ''));
}

describe('the requests of one call, when no answer is lost', () => {
  it.each<[string, Tool, object, string[]]>([
    ['write_file of a new file', writeFile, { path: 'new.md', content }, ['PutObject']],
    ['write_file with create_only', writeFile, { path: 'new.md', content, create_only: true }, ['PutObject']],
    ['write_file with if_match', writeFile, { path: 'a.md', content, if_match }, ['PutObject']],
    ['append_file', appendFile, { path: 'a.md', content }, ['GetObject', 'PutObject']],
    ['edit_file', editFile, { path: 'a.md', edits }, ['GetObject', 'PutObject']],
    ['copy_file', copyFile, moved, ['HeadObject', 'CopyObject']],
    [
      'copy_file with if_match',
      copyFile,
      { source: 'b.md', target: 'a.md', if_match },
      ['HeadObject', 'CopyObject'],
    ],
    // The list of versions tells that nothing newer was deleted: S3 compares only etags.
    ['move_file', moveFile, moved, ['HeadObject', 'CopyObject', 'DeleteObject', 'ListObjectVersions']],
    ['delete_file', deleteFile, { path: 'a.md' }, ['HeadObject', 'DeleteObject']],
    ['restore_file', restoreFile, { path: 'a.md', version_id: 'first' }, ['HeadObject', 'CopyObject']],
  ])('are these of %s', async (_, tool, input, requests) => {
    expect(await findRequests(tool, input)).toEqual(requests);
  });

  // S3 refuses the first request and tells what is there, which the last one replaces.
  it.each<[string, Tool, object, string[]]>([
    ['write_file', writeFile, { path: 'a.md', content }, ['PutObject', 'HeadObject', 'PutObject']],
    [
      'copy_file',
      copyFile,
      { source: 'b.md', target: 'a.md', overwrite: true },
      ['HeadObject', 'CopyObject', 'HeadObject', 'HeadObject', 'HeadObject', 'CopyObject'],
    ],
  ])('are more of %s over a file that its caller did not name', async (_, tool, input, requests) => {
    expect(await findRequests(tool, input)).toEqual(requests);
  });

  it('are one more for a new file whose name has no ending', async () => {
    expect(await findRequests(writeFile, { path: 'new', content })).toEqual(['PutObject', 'ListObjectsV2']);
  });
});
