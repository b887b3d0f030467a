import { readFilePath } from '../../../../lambda/files/file-path.ts';
import type { FileStore } from '../../../../lambda/files/file-store.ts';
import { copyFile } from '../../../../lambda/tools/copy-file.ts';
import { moveFile } from '../../../../lambda/tools/move-file.ts';
import { writeFile } from '../../../../lambda/tools/write-file.ts';
import { createMemoryFileStore, readText, toEtag, writeText } from '../../../support/memory-file-store.ts';
import { runTool } from '../../../support/run-tool.ts';

const { signal } = new AbortController();
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
    const { structured } = await run('b.md', racing(files, 2));
    expect(structured).toMatchObject({ replaced_version_id: 'v5' });
    expect(structured).not.toHaveProperty('note');
  });

  it('says that it cannot name one when others write all the time', async () => {
    const files = createMemoryFileStore({ files: contents });
    const { structured } = await run('b.md', racing(files, 9));
    expect(structured).toMatchObject({ note: expect.stringContaining('list_file_versions') });
    expect(structured).not.toHaveProperty('replaced_version_id');
    expect(await readText(files, 'b.md')).not.toContain('theirs');
  });

  it('takes the place of a file that somebody else deletes', async () => {
    const files = createMemoryFileStore({ files: contents });
    const { structured } = await run('b.md', meeting(files, [undefined, () => remove(files, 'b.md')]));
    expect(structured).not.toHaveProperty('replaced_version_id');
    expect(structured).not.toHaveProperty('note');
  });

  it('names none where there was none, or a deletion', async () => {
    const files = createMemoryFileStore({ files: contents });
    await remove(files, 'b.md');
    expect((await run('b.md', files)).structured).not.toHaveProperty('replaced_version_id');
  });

  it('tells that the name is a directory too', async () => {
    const files = createMemoryFileStore({ files: contents });
    const { structured } = await run('dir', files);
    expect(structured).toMatchObject({ note: expect.stringContaining('"dir" is also a directory') });
    const beside = createMemoryFileStore({ files: { ...contents, direct: 'x' } });
    expect((await run('dire', beside)).structured).not.toHaveProperty('note');
  });

  it.each([
    ['new.md', 0],
    ['b.md', 0],
    ['old', 0],
    ['new', 1],
    ['.git', 1],
    ['v1.2', 1],
  ])(
    'looks for a directory only where a new file may have been meant to go into one: %s',
    async (path, looks) => {
      const files = createMemoryFileStore({ files: { ...contents, old: 'x' } });
      const list = jest.fn(files.list);
      await run(path, { ...files, list });
      expect(list).toHaveBeenCalledTimes(looks);
    },
  );

  it('says that the file is written even where no more can be told', async () => {
    const files = createMemoryFileStore({ files: contents });
    const outage = () => Promise.reject(new Error('socket hang up'));
    const { structured } = await run('dir', { ...files, list: outage });
    expect(structured).toMatchObject({ path: 'dir' });
    expect(structured).not.toHaveProperty('note');
  });
});

describe('the answer of a tool whose caller named what it replaces', () => {
  it.each([
    ['write_file', writeFile, { path: 'b.md', content: 'x' }],
    ['copy_file', copyFile, { source: 'a.md', target: 'b.md' }],
  ])('says so without a look: %s', async (_, tool, input) => {
    const files = createMemoryFileStore({ files: contents });
    const answer = await runTool(tool, { ...input, if_match: toEtag('two') }, files);
    expect('text' in answer && answer.text).toContain(toEtag('two'));
    expect(answer.structured).not.toHaveProperty('replaced_version_id');
  });
});

function remove(files: FileStore, path: string) {
  return files.delete(readFilePath(path), { condition: { kind: 'none' }, signal });
}

/** A store in which somebody else acts before the first, the second ... write or copy. */
function meeting(files: FileStore, acts: readonly ((() => Promise<unknown>) | undefined)[]): FileStore {
  const rest = [...acts];
  return {
    ...files,
    write: async (...call) => {
      await rest.shift()?.();
      return files.write(...call);
    },
    copy: async (...call) => {
      await rest.shift()?.();
      return files.copy(...call);
    },
  };
}

/** A store in which somebody else writes `b.md` before each of the first writes or copies. */
function racing(files: FileStore, times: number): FileStore {
  let theirs = 0;
  const act = () => {
    theirs += 1;
    return writeText(files, 'b.md', `theirs ${theirs}`);
  };
  return meeting(
    files,
    Array.from({ length: times }, () => act),
  );
}
