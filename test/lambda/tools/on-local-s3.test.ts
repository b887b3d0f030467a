import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readFilePath } from '../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../lambda/files/file-store.ts';
import { copyFile } from '../../../lambda/tools/copy-file.ts';
import { createDownloadUrl } from '../../../lambda/tools/create-download-url.ts';
import { createUploadUrl } from '../../../lambda/tools/create-upload-url.ts';
import { deleteFile } from '../../../lambda/tools/delete-file.ts';
import { listFileVersions } from '../../../lambda/tools/list-file-versions.ts';
import { moveFile } from '../../../lambda/tools/move-file.ts';
import { restoreFile } from '../../../lambda/tools/restore-file.ts';
import { type LocalS3, startLocalS3 } from '../../support/local-s3.ts';
import { createTestServer, legacy } from '../../support/mcp-server.ts';
import { readText, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const { signal } = new AbortController();

let s3: LocalS3;
let files: FileStore;

beforeAll(async () => {
  s3 = await startLocalS3();
});
beforeEach(() => {
  files = s3.open();
});
afterAll(() => s3.close());

describe('the tools that keep files in order, on S3', () => {
  it('copy, and refuse to overwrite unless told', async () => {
    await writeText(files, 'Grüße.md', 'one');
    const copy = { source: 'Grüße.md', target: 'copies/a.md' };
    const { structured } = await runTool(copyFile, copy, files);
    expect(structured).toEqual({
      path: 'copies/a.md',
      size: 3,
      etag: toEtag('one'),
      version_id: expect.any(String),
    });
    await writeText(files, 'Grüße.md', 'two');
    expect(await failTool(copyFile, copy, files)).toMatch(
      /^"copies\/a\.md" exists already .* overwrite true/,
    );
    const old = { source: 'copies/a.md', target: 'b.md', version_id: structured?.version_id };
    await runTool(copyFile, { ...copy, if_match: toEtag('one') }, files);
    await runTool(copyFile, old, files);
    expect([await readText(files, 'copies/a.md'), await readText(files, 'b.md')]).toEqual(['two', 'one']);
  });

  it('move, and keep a source that changed meanwhile', async () => {
    await writeText(files, 'a.md', 'one');
    await runTool(moveFile, { source: 'a.md', target: 'b.md' }, files);
    expect(await readText(files, 'b.md')).toBe('one');
    expect(await failTool(moveFile, { source: 'a.md', target: 'c.md' }, files)).toMatch(/no file "a\.md"/);
    const changing: FileStore = {
      ...files,
      copy: async (...call) => {
        const copied = await files.copy(...call);
        await writeText(files, 'b.md', 'changed');
        return copied;
      },
    };
    expect(await failTool(moveFile, { source: 'b.md', target: 'c.md' }, changing)).toContain(
      `its etag is now ${toEtag('changed')}, and it was not deleted: both files exist`,
    );
    expect([await readText(files, 'b.md'), await readText(files, 'c.md')]).toEqual(['changed', 'one']);
  });

  it('delete, and bring back any version', async () => {
    await writeText(files, 'a.md', 'one');
    await writeText(files, 'a.md', 'two');
    const deleted = await runTool(deleteFile, { path: 'a.md' }, files);
    expect(await failTool(deleteFile, { path: 'a.md' }, files)).toMatch(/no file "a\.md"/);

    const first = await runTool(listFileVersions, { path: 'a.md', limit: 1 }, files);
    expect(first.structured).toMatchObject({ versions: [{ is_latest: true, is_deletion: true }] });
    const rest = await runTool(
      listFileVersions,
      { path: 'a.md', cursor: first.structured?.next_cursor },
      files,
    );
    expect(rest.structured).toMatchObject({
      versions: [
        { version_id: deleted.structured?.version_id, etag: toEtag('two') },
        { etag: toEtag('one'), is_deletion: false },
      ],
    });

    await runTool(restoreFile, { path: 'a.md', version_id: deleted.structured?.version_id }, files);
    expect(await readText(files, 'a.md')).toBe('two');
  });

  it('refuse to restore a deletion or an unknown version', async () => {
    await writeText(files, 'a.md', 'one');
    await runTool(deleteFile, { path: 'a.md' }, files);
    const { versions } = await files.listVersions(readFilePath('a.md'), { limit: 1, signal });
    const versionId = versions[0]?.versionId;
    expect(await failTool(restoreFile, { path: 'a.md', version_id: versionId }, files)).toContain(
      'is a deletion',
    );
    for (const unknown of ['nonsense', '../a']) {
      expect(await failTool(restoreFile, { path: 'a.md', version_id: unknown }, files)).toBe(
        `"a.md" has no version "${unknown}": call list_file_versions to see its versions`,
      );
    }
  });

  it('make a URL that reads the version that was there', async () => {
    await writeText(files, 'a.md', 'one');
    const { structured } = await runTool(createDownloadUrl, { path: 'a.md' }, files);
    await writeText(files, 'a.md', 'two');
    const response = await fetch(String(structured?.url));
    expect([response.status, await response.text()]).toEqual([200, 'one']);
  });

  it('make a command that uploads the file as it is pasted, once', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'upload-'));
    const name = "it's {a,b} [1].bin";
    await writeFile(join(directory, name), 'hello');
    const upload = { path: `in/${name}`, size: 5, create_only: true };
    const answer = await runTool(createUploadUrl, upload, files);
    const [, command = ''] = 'text' in answer ? answer.text.split('\n') : [];
    const options = { cwd: directory, env: { ...process.env, no_proxy: '127.0.0.1' } };
    const paste = () => promisify(execFile)('sh', ['-c', command], options);
    await paste();
    expect(await readText(files, `in/${name}`)).toBe('hello');
    await expect(paste()).rejects.toThrow('412');
    await rm(directory, { recursive: true });
  });
});

describe('the URLs over the wire', () => {
  it('are told to the caller and never logged', async () => {
    await writeText(files, 'a.md', 'one');
    const server = await createTestServer({ openFiles: () => files });
    // The test server's S3 is mocked for every client of this process.
    server.s3.restore();
    const token = await server.token('files:read files:write');
    for (const call of [
      { name: 'create_download_url', arguments: { path: 'a.md' } },
      { name: 'create_upload_url', arguments: { path: 'b.md', size: 5 } },
    ]) {
      const response = await server.send({ token, body: legacy('tools/call', call) });
      const { result } = await response.json();
      const { url } = result.structuredContent;
      expect(url).toMatch(/^http.*X-Amz-Signature=/);
      expect(result.content[0].text).toContain(url);
    }
    expect(JSON.stringify(server.logged)).not.toMatch(/http|Signature/);
  });

  it.each([
    ['create_download_url', { path: 'a.md' }, 'files:list files:write'],
    ['create_upload_url', { path: 'a.md', size: 5 }, 'files:list files:read'],
    ['copy_file', { source: 'a.md', target: 'b.md' }, 'files:list files:write'],
    ['move_file', { source: 'a.md', target: 'b.md' }, 'files:list files:read'],
    ['delete_file', { path: 'a.md' }, 'files:list files:read'],
    ['restore_file', { path: 'a.md', version_id: 'v1' }, 'files:list files:read'],
    ['list_file_versions', { path: 'a.md' }, 'files:read files:write'],
  ])('%s is refused to a token without its scope', async (name, input, scope) => {
    const server = await createTestServer({ openFiles: () => files });
    const body = legacy('tools/call', { name, arguments: input });
    const response = await server.send({ token: await server.token(scope), body });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });
});
