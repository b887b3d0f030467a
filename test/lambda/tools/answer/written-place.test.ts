import type { FileStore } from '../../../../lambda/files/file-store.ts';
import { copyFile } from '../../../../lambda/tools/copy-file.ts';
import { moveFile } from '../../../../lambda/tools/move-file.ts';
import { writeFile } from '../../../../lambda/tools/write-file.ts';
import { createMemoryFileStore, readText, writeText } from '../../../support/memory-file-store.ts';
import { runTool } from '../../../support/run-tool.ts';

const contents = { 'a.md': 'one', 'b.md': 'two', 'dir/x': 'x' };

const tools = [
  ['write_file', writeFile, { content: 'new' }, 'path'],
  ['copy_file', copyFile, { source: 'a.md', overwrite: true }, 'target'],
  ['move_file', moveFile, { source: 'a.md', overwrite: true }, 'target'],
] as const;

describe.each(tools)('the answer of %s', (_, tool, input, argument) => {
  const run = (path: string, files: FileStore) => runTool(tool, { ...input, [argument]: path }, files);

  it('names the version that was replaced, which brings it back', async () => {
    const files = createMemoryFileStore({ files: contents });
    const { structured, ...answer } = await run('b.md', files);
    expect(structured).toMatchObject({ replaced_version_id: 'v2' });
    expect(structured).not.toHaveProperty('note');
    expect('text' in answer && answer.text).toMatch(
      / It replaced version v2, which restore_file brings back\.$/,
    );
  });

  it('names the version that was really replaced when somebody else was faster', async () => {
    const files = createMemoryFileStore({ files: contents });
    const racing: FileStore = {
      ...files,
      write: async (...call) => {
        await writeText(files, 'b.md', 'theirs');
        return files.write(...call);
      },
      copy: async (...call) => {
        await writeText(files, 'b.md', 'theirs');
        return files.copy(...call);
      },
    };
    expect((await run('b.md', racing)).structured).toMatchObject({ replaced_version_id: 'v4' });
  });

  it('names none where there was none, or a deletion', async () => {
    const files = createMemoryFileStore({ files: contents });
    await files.delete('b.md' as never, {
      condition: { kind: 'none' },
      signal: new AbortController().signal,
    });
    expect((await run('b.md', files)).structured).not.toHaveProperty('replaced_version_id');
  });

  it('tells that the name is a directory too', async () => {
    const files = createMemoryFileStore({ files: contents });
    const { structured } = await run('dir', files);
    expect(structured).toMatchObject({ note: expect.stringContaining('"dir" is also a directory') });
    const beside = createMemoryFileStore({ files: { ...contents, direct: 'x' } });
    expect((await run('dire', beside)).structured).not.toHaveProperty('note');
  });

  it('says that the file is written even where no more can be told', async () => {
    const files = createMemoryFileStore({ files: contents });
    const outage = () => Promise.reject(new Error('socket hang up'));
    const { structured } = await run('b.md', { ...files, list: outage, listVersions: outage });
    expect(structured).toMatchObject({ path: 'b.md' });
    expect(structured).not.toHaveProperty('replaced_version_id');
    expect(await readText(files, 'b.md')).not.toBe('two');
  });
});

describe('the answer of a tool that must not replace anything', () => {
  it('looks for no version', async () => {
    const files = createMemoryFileStore();
    const listVersions = jest.fn(files.listVersions);
    await runTool(writeFile, { path: 'a.md', content: 'x', create_only: true }, { ...files, listVersions });
    expect(listVersions).not.toHaveBeenCalled();
  });
});
