import { readDirectoryPath, readFilePath } from '../../../lambda/files/file-path.ts';
import {
  type DirectoryEntry,
  type FileStore,
  FileStoreError,
  type FileStoreFailure,
  type FileWriter,
  type WriteCondition,
} from '../../../lambda/files/file-store.ts';
import type { Fault } from '../../support/mocked-s3.ts';

/** What a store is tested through. */
export interface StoreUnderTest {
  /** A store over an empty root. */
  readonly store: FileStore;
  /** Another root of the same bucket, whose name begins with the first one's. */
  readonly neighbour: FileStore;
  /** Puts a key into the first root as another program might write it. */
  putRaw?(key: string, content: string): Promise<void>;
  /** Lets the next request that changes something get no answer. */
  disturb?(fault: Fault): void;
}

/** What a store may be unable to show. The tests that need it are skipped, and counted as skipped. */
export type Inability =
  /** There is no `disturb`: nothing comes between the store and its files. */
  | 'lose answers'
  /** There is no `putRaw`: nobody else writes to it. */
  | 'hold keys of other programs'
  /** Nobody answers its URLs. */
  | 'serve URLs';

const { signal } = new AbortController();
const none: WriteCondition = { kind: 'none' };
const absent: WriteCondition = { kind: 'absent' };
const bytes = (text: string) => new TextEncoder().encode(text);

/** Holds an implementation of the port to what the tools rely on. */
export function describeFileStore(
  name: string,
  open: () => Promise<StoreUnderTest>,
  { cannot = [] }: { readonly cannot?: readonly Inability[] } = {},
): void {
  const itIfAble = (inability: Inability) => (cannot.includes(inability) ? it.skip : it);
  const itLosingAnswers = itIfAble('lose answers');

  describe(`the file store contract, kept by ${name}`, () => {
    let store: FileStore;
    let neighbour: FileStore;
    let putRaw: NonNullable<StoreUnderTest['putRaw']>;
    let disturb: NonNullable<StoreUnderTest['disturb']>;

    beforeEach(async () => {
      const missing = (ability: string) => () => {
        throw new Error(`name among what ${name} cannot do: ${ability}`);
      };
      const opened = await open();
      ({ store, neighbour } = opened);
      putRaw = opened.putRaw ?? missing('hold keys of other programs');
      disturb = opened.disturb ?? missing('lose answers');
    });

    const write = (path: string, text: string, condition = none, on = store) =>
      on.write(readFilePath(path), bytes(text), { mediaType: 'text/plain', condition, signal });
    const readText = async (path: string, versionId?: string) => {
      const options = { start: 0, length: 1_000_000, ...(versionId !== undefined && { versionId }), signal };
      return new TextDecoder().decode((await store.read(readFilePath(path), options)).bytes);
    };
    const list = (
      path: string,
      options: { recursive?: boolean; limit?: number; after?: DirectoryEntry } = {},
    ) => store.list(readDirectoryPath(path), { recursive: false, limit: 100, signal, ...options });
    const namesOf = async (...args: Parameters<typeof list>) =>
      (await list(...args)).entries.map(({ kind, name: entry }) =>
        kind === 'directory' ? `${entry}/` : entry,
      );
    const versionsOf = async (path: string) =>
      (await store.listVersions(readFilePath(path), { limit: 100, signal })).versions;
    const failureOf = (work: Promise<unknown>): Promise<FileStoreFailure | 'done'> =>
      work.then(
        () => 'done' as const,
        (error: unknown) => {
          if (error instanceof FileStoreError) return error.failure;
          throw error;
        },
      );

    describe('reading', () => {
      it('brings back the bytes and the facts of what was written', async () => {
        const written = await write('notes/a.md', 'Grüße');
        const {
          facts,
          start,
          bytes: content,
        } = await store.read(readFilePath('notes/a.md'), { start: 0, length: 100, signal });
        expect([start, new TextDecoder().decode(content)]).toEqual([0, 'Grüße']);
        expect(facts).toMatchObject({
          path: 'notes/a.md',
          size: 7,
          etag: written.etag,
          mediaType: 'text/plain',
          versionId: written.versionId,
        });
        expect(Math.abs(facts.modified.getTime() - Date.now())).toBeLessThan(60_000);
        expect(await store.stat(readFilePath('notes/a.md'), { signal })).toEqual(facts);
      });

      it.each<[string, number, number, number, string]>([
        ['the beginning', 0, 3, 0, '012'],
        ['the middle', 4, 2, 4, '45'],
        ['beyond the end', 8, 10, 8, '89'],
        ['one byte', 9, 1, 9, '9'],
        ['the last bytes', -3, 3, 7, '789'],
        ['more last bytes than there are', -100, 100, 0, '0123456789'],
        ['the first of the last bytes', -3, 1, 7, '7'],
        ['nothing beyond the end', 10, 5, 10, ''],
        ['nothing far beyond the end', 99, 5, 10, ''],
      ])('reads a range: %s', async (_, from, length, start, text) => {
        await write('digits', '0123456789');
        const range = await store.read(readFilePath('digits'), { start: from, length, signal });
        expect([range.start, new TextDecoder().decode(range.bytes)]).toEqual([start, text]);
        expect(range.facts.size).toBe(10);
      });

      it('reads an empty file', async () => {
        const written = await write('empty', '');
        const range = await store.read(readFilePath('empty'), { start: 0, length: 10, signal });
        expect([range.bytes.length, range.facts.size, range.facts.etag]).toEqual([0, 0, written.etag]);
      });

      it('tells a missing file from a directory', async () => {
        await write('dir/a', 'x');
        for (const call of ['stat', 'read'] as const) {
          const at = (path: string) =>
            failureOf(
              call === 'stat'
                ? store.stat(readFilePath(path), { signal })
                : store.read(readFilePath(path), { start: 0, length: 1, signal }),
            );
          expect(await at('none')).toEqual({ code: 'not_found', path: 'none' });
          expect(await at('dir')).toEqual({ code: 'is_directory', path: 'dir' });
          expect(await at('di')).toEqual({ code: 'not_found', path: 'di' });
        }
      });

      it('keeps a file and a directory of the same name apart', async () => {
        await write('same', 'file');
        await write('same/below', 'below');
        expect([await readText('same'), await readText('same/below')]).toEqual(['file', 'below']);
        expect(await namesOf('')).toEqual(['same', 'same/']);
      });

      it('refuses to go on with a file that changed', async () => {
        const first = await write('a', 'one');
        const second = await write('a', 'two');
        const read = (etag: string) =>
          failureOf(store.read(readFilePath('a'), { start: 0, length: 1, etag, signal }));
        expect(await read(second.etag)).toBe('done');
        expect(await read(first.etag)).toEqual({ code: 'conflict', path: 'a', etag: second.etag });
        const beyond = { start: 99, length: 1, etag: first.etag, signal };
        expect(await failureOf(store.read(readFilePath('a'), beyond))).toEqual({
          code: 'conflict',
          path: 'a',
          etag: second.etag,
        });
      });

      it.each([
        '日本語/ファイル.txt',
        'emoji 😀.txt',
        'spaces and + & % # ?.txt',
        'quote\'"<>.txt',
        '%2e%2e',
        'ü',
        '...',
        'a=b;c',
      ])('takes the name %s', async (path) => {
        await write(path, path);
        expect(await readText(path)).toBe(path);
        expect(await namesOf('', { recursive: true })).toEqual([path]);
        const copy = await store.copy({ path: readFilePath(path) }, readFilePath(`copies/${path}`), {
          condition: none,
          signal,
        });
        expect(await readText(copy.path)).toBe(path);
      });
    });

    describe('writing', () => {
      it('creates only what is absent, if told', async () => {
        const first = await write('a', 'one', absent);
        expect(await failureOf(write('a', 'two', absent))).toEqual({
          code: 'already_exists',
          path: 'a',
          etag: first.etag,
          versionId: first.versionId,
        });
        expect(await readText('a')).toBe('one');
      });

      it('overwrites only the version that was read, if told', async () => {
        const first = await write('a', 'one');
        const second = await write('a', 'two', { kind: 'match', etag: first.etag });
        expect(second.etag).not.toBe(first.etag);
        expect(await failureOf(write('a', 'three', { kind: 'match', etag: first.etag }))).toEqual({
          code: 'conflict',
          path: 'a',
          etag: second.etag,
          versionId: second.versionId,
        });
        expect(await failureOf(write('none', 'x', { kind: 'match', etag: first.etag }))).toEqual({
          code: 'not_found',
          path: 'none',
        });
        expect(await readText('a')).toBe('two');
      });

      it('lets one of two writers win and tells the other', async () => {
        const { etag } = await write('a', 'base');
        const results = await Promise.all(
          ['left', 'right'].map((text) => failureOf(write('a', text, { kind: 'match', etag }))),
        );
        expect(results.filter((result) => result === 'done')).toHaveLength(1);
        expect(results.filter((result) => result !== 'done')).toMatchObject([
          { code: 'conflict', path: 'a' },
        ]);
        const creations = await Promise.all(
          Array.from({ length: 8 }, () => failureOf(write('new', 'x', absent))),
        );
        expect(creations.filter((result) => result === 'done')).toHaveLength(1);
      });
    });

    describe('who wrote a version', () => {
      const path = readFilePath('a.md');
      const writeAs = (writer: FileWriter) =>
        store.write(path, bytes(writer.name), { mediaType: 'text/plain', condition: none, writer, signal });

      it('is told by whatever reads it, and stays with a copy', async () => {
        const writer = { name: 'Zoë 世界', client: 'claude-code' };
        await writeAs(writer);
        await store.copy({ path }, readFilePath('b.md'), { condition: none, signal });
        expect(await store.stat(path, { signal })).toMatchObject({ writer });
        expect(await store.read(path, { start: 0, length: 1, signal })).toMatchObject({ facts: { writer } });
        expect(await store.stat(readFilePath('b.md'), { signal })).toMatchObject({ writer });
      });

      it('is another for each, and not known of one that nobody signed', async () => {
        const { versionId = '' } = await writeAs({ name: 'alice' });
        await write('a.md', 'unsigned');
        expect(await store.stat(path, { signal })).not.toHaveProperty('writer');
        await writeAs({ name: 'bob' });
        expect(await store.stat(path, { signal })).toMatchObject({ writer: { name: 'bob' } });
        expect(await store.stat(path, { versionId, signal })).toMatchObject({ writer: { name: 'alice' } });
      });
    });

    describe('versions', () => {
      it('are kept, newest first, and readable', async () => {
        const first = await write('a', 'one');
        const second = await write('a', 'two');
        const versions = await versionsOf('a');
        expect(
          versions.map(({ versionId, isLatest, isDeletion, size, etag }) => [
            versionId,
            isLatest,
            isDeletion,
            size,
            etag,
          ]),
        ).toEqual([
          [second.versionId, true, false, 3, second.etag],
          [first.versionId, false, false, 3, first.etag],
        ]);
        expect(await readText('a', first.versionId)).toBe('one');
        expect(
          await store.stat(readFilePath('a'), {
            ...(first.versionId && { versionId: first.versionId }),
            signal,
          }),
        ).toMatchObject({ etag: first.etag });
      });

      it('belong to exactly one path', async () => {
        await write('a', 'x');
        await write('ab', 'x');
        await write('a/b', 'x');
        expect(await versionsOf('a')).toHaveLength(1);
        expect(await versionsOf('none')).toEqual([]);
        const page = await store.listVersions(readFilePath('a'), { limit: 1, signal });
        expect([page.versions.length, page.truncated]).toEqual([1, false]);
      });

      it('are in the order in which they were made, within one second too', async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)));
        const path = readFilePath('a');
        const first = await write('a', 'one');
        const second = await write('a', 'two');
        const deletion = await store.delete(path, { condition: none, signal });
        const made = [first, second, deletion];
        for (const { versionId = '' } of [first, second]) {
          made.push(await store.copy({ path, versionId }, path, { condition: none, signal }));
        }
        const expected = made.map(({ versionId }) => versionId).reverse();
        for (const limit of [1, 2, 3, 100]) {
          const seen: string[] = [];
          let isMore = true;
          while (isMore) {
            const after = seen.at(-1);
            const page = await store.listVersions(path, { limit, ...(after && { after }), signal });
            seen.push(...page.versions.map(({ versionId }) => versionId));
            isMore = page.truncated;
          }
          expect(seen).toEqual(expected);
        }
      });

      it('come in pages', async () => {
        const written: (string | undefined)[] = [];
        for (const text of ['1', '2', '3', '4', '5']) written.unshift((await write('a', text)).versionId);
        const seen: string[] = [];
        let after: string | undefined;
        for (let page = 0; page < 3; page += 1) {
          const { versions, truncated } = await store.listVersions(readFilePath('a'), {
            limit: 2,
            ...(after !== undefined && { after }),
            signal,
          });
          expect(truncated).toBe(page < 2);
          seen.push(...versions.map(({ versionId }) => versionId));
          after = seen.at(-1);
        }
        expect([...seen].sort()).toEqual([...written].sort());
      });

      it('that are unknown are told', async () => {
        const { versionId = '' } = await write('a', 'x');
        for (const unknown of [versionId.replace(/./g, '0'), 'nonsense']) {
          expect(await failureOf(store.stat(readFilePath('a'), { versionId: unknown, signal }))).toEqual({
            code: 'no_such_version',
            path: 'a',
            versionId: unknown,
          });
          expect(
            await failureOf(
              store.read(readFilePath('a'), { start: 0, length: 1, versionId: unknown, signal }),
            ),
          ).toEqual({ code: 'no_such_version', path: 'a', versionId: unknown });
        }
      });

      it('survive a deletion, and bring the file back', async () => {
        const written = await write('a', 'precious');
        await store.delete(readFilePath('a'), { condition: none, signal });
        expect(await failureOf(store.stat(readFilePath('a'), { signal }))).toEqual({
          code: 'not_found',
          path: 'a',
        });
        expect(await namesOf('')).toEqual([]);
        const [deletion, kept] = await versionsOf('a');
        expect([deletion?.isDeletion, deletion?.isLatest, kept?.versionId]).toEqual([
          true,
          true,
          written.versionId,
        ]);
        const versionId = deletion?.versionId ?? '';
        expect(await failureOf(store.stat(readFilePath('a'), { versionId, signal }))).toEqual({
          code: 'is_deletion',
          path: 'a',
          versionId,
        });
        expect(
          await failureOf(store.read(readFilePath('a'), { start: 0, length: 1, versionId, signal })),
        ).toEqual({ code: 'is_deletion', path: 'a', versionId });
        const source = { path: readFilePath('a'), versionId: kept?.versionId ?? '' };
        const restored = await store.copy(source, readFilePath('a'), { condition: none, signal });
        expect(await store.stat(readFilePath('a'), { signal })).toMatchObject({
          etag: restored.etag,
          size: 8,
        });
        expect(await readText('a')).toBe('precious');
        expect(await versionsOf('a')).toHaveLength(3);
      });
    });

    describe('deleting', () => {
      it('tells what is not there', async () => {
        await write('dir/a', 'x');
        const remove = (path: string) =>
          failureOf(store.delete(readFilePath(path), { condition: none, signal }));
        expect(await remove('none')).toEqual({ code: 'not_found', path: 'none' });
        expect(await remove('dir')).toEqual({ code: 'is_directory', path: 'dir' });
      });

      it('spares a file that changed', async () => {
        const first = await write('a', 'one');
        const second = await write('a', 'two');
        const remove = (etag: string) =>
          failureOf(store.delete(readFilePath('a'), { condition: { kind: 'match', etag }, signal }));
        expect(await remove(first.etag)).toMatchObject({ code: 'conflict', path: 'a', etag: second.etag });
        expect(await readText('a')).toBe('two');
        expect(await remove(second.etag)).toBe('done');
      });

      it('tells what it hides, and hides nothing newer than what was seen', async () => {
        const first = await write('a', 'one');
        const path = readFilePath('a');
        const seen = await store.stat(path, { signal });
        const second = await write('a', 'two');
        expect(await failureOf(store.delete(path, { condition: none, seen, signal }))).toEqual({
          code: 'conflict',
          path: 'a',
          etag: second.etag,
        });
        const { deleted } = await store.delete(path, { condition: none, signal });
        expect(deleted).toMatchObject({ path: 'a', etag: second.etag, versionId: second.versionId });
        expect(first.versionId).not.toBe(deleted.versionId);
        expect(await failureOf(store.delete(path, { condition: none, seen, signal }))).toEqual({
          code: 'not_found',
          path: 'a',
        });
      });
    });

    describe('what tells one write from another', () => {
      it('is the version id, even of the same content', async () => {
        const [first, second] = [await write('a', 'same'), await write('a', 'same')];
        const third = await store.copy({ path: first.path }, readFilePath('b'), { condition: none, signal });
        const ids = [first, second, third].map(({ versionId }) => versionId);
        expect(ids).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
        expect(new Set(ids).size).toBe(3);
      });

      it('is the etag between contents, which stays as long as the content', async () => {
        const first = await write('a', 'one');
        const { etag } = await store.stat(first.path, { signal });
        expect(etag).toBe(first.etag);
        expect((await write('a', 'two')).etag).not.toBe(etag);
        expect(etag).toMatch(/^".+"$/);
      });

      it('is not the time, which is told to the second at least', async () => {
        const written = await write('a', 'one');
        const { modified } = await store.stat(written.path, { signal });
        expect(Math.abs(modified.getTime() - written.modified.getTime())).toBeLessThan(60_000);
        const [version] = await versionsOf('a');
        const [entry] = (await list('')).entries;
        const seconds = [
          modified,
          version?.modified,
          entry && 'modified' in entry ? entry.modified : undefined,
        ].map((time) => Math.floor((time?.getTime() ?? 0) / 1_000));
        expect(new Set(seconds).size).toBe(1);
      });

      it('keeps a newer version of the same content from a deletion of what was seen', async () => {
        const path = readFilePath('a');
        await write('a', 'same');
        const seen = await store.stat(path, { signal });
        await write('a', 'same');
        const deletion = store.delete(path, { condition: { kind: 'match', etag: seen.etag }, seen, signal });
        expect(await failureOf(deletion)).toMatchObject({ code: 'conflict', path: 'a' });
        expect(await readText('a')).toBe('same');
      });
    });

    describe('copying', () => {
      it('tells which version it copied', async () => {
        const [first, second] = [await write('a', 'one'), await write('a', 'second')];
        const path = first.path;
        const copy = (target: string, source: { versionId?: string } = {}) =>
          store.copy({ path, ...source }, readFilePath(target), { condition: none, signal });
        const { versionId = '' } = first;
        for (const [copied, source] of [
          [await copy('b', { versionId }), first],
          [await copy('c'), second],
        ] as const) {
          expect(copied.source).toMatchObject({
            path: 'a',
            etag: source.etag,
            size: source.size,
            versionId: source.versionId,
          });
        }
      });

      it('makes another file of the same content and type', async () => {
        await write('a', 'content');
        const copied = await store.copy({ path: readFilePath('a') }, readFilePath('b/c'), {
          condition: none,
          signal,
        });
        expect(copied).toMatchObject({ path: 'b/c', size: 7, mediaType: 'text/plain' });
        expect(await store.stat(readFilePath('b/c'), { signal })).toMatchObject({
          mediaType: 'text/plain',
          versionId: copied.versionId,
          etag: copied.etag,
        });
        expect(await readText('a')).toBe('content');
      });

      it('holds to the condition on the target', async () => {
        const a = await write('a', 'aaa');
        const b = await write('b', 'bb');
        const copy = (condition: WriteCondition) =>
          failureOf(store.copy({ path: readFilePath('a') }, readFilePath('b'), { condition, signal }));
        const { etag, versionId } = b;
        expect(await copy(absent)).toEqual({ code: 'already_exists', path: 'b', etag, versionId });
        expect(await copy({ kind: 'match', etag: a.etag })).toEqual({
          code: 'conflict',
          path: 'b',
          etag,
          versionId,
        });
        expect(await readText('b')).toBe('bb');
        expect(await copy({ kind: 'match', etag: b.etag })).toBe('done');
        expect(await readText('b')).toBe('aaa');
      });

      it('tells a source that is missing', async () => {
        const failure = await failureOf(
          store.copy({ path: readFilePath('none') }, readFilePath('b'), { condition: none, signal }),
        );
        expect(failure).toEqual({ code: 'not_found', path: 'none' });
      });
    });

    describe('an answer that is lost', () => {
      const path = readFilePath('a');
      const match = (etag: string): WriteCondition => ({ kind: 'match', etag });

      itLosingAnswers('does not make a write fail on its own first request', async () => {
        disturb({ isDone: true });
        const created = await write('a', 'one', absent);
        disturb({ isDone: true });
        const written = await write('a', 'two', match(created.etag));
        expect(await store.stat(path, { signal })).toMatchObject({
          etag: written.etag,
          size: 3,
          versionId: written.versionId,
          mediaType: 'text/plain',
        });
        expect(await versionsOf('a')).toHaveLength(2);
      });

      itLosingAnswers('is found again although others have written meanwhile', async () => {
        const { etag } = await write('a', 'one');
        disturb({ isDone: true, meanwhile: () => write('a', 'six') });
        const written = await write('a', 'two', match(etag));
        expect(await readText('a', written.versionId)).toBe('two');
        expect(await readText('a')).toBe('six');
      });

      itLosingAnswers('is not taken for the same content written by others', async () => {
        disturb({ isDone: false, meanwhile: () => write('a', 'lock') });
        expect(await failureOf(write('a', 'lock', absent))).toMatchObject({ code: 'already_exists' });
        const { etag } = await store.stat(path, { signal });
        disturb({ isDone: false, meanwhile: () => write('a', 'other') });
        expect(await failureOf(write('a', 'other', match(etag)))).toMatchObject({ code: 'conflict' });
      });

      itLosingAnswers.each([absent, none])(
        'does not make a copy fail on its own first request: %j',
        async (condition) => {
          const source = await write('a', 'one');
          disturb({ isDone: true });
          const copied = await store.copy({ path }, readFilePath('b'), { condition, signal });
          expect(copied).toMatchObject({ path: 'b', size: 3, source: { etag: source.etag } });
          expect(await store.stat(readFilePath('b'), { signal })).toMatchObject({
            etag: copied.etag,
            versionId: copied.versionId,
          });
        },
      );

      itLosingAnswers('does not make a restoring fail on its own first request', async () => {
        const { versionId = '' } = await write('a', 'one');
        const { etag } = await write('a', 'two');
        disturb({ isDone: true });
        await store.copy({ path, versionId }, path, { condition: match(etag), signal });
        expect(await readText('a')).toBe('one');
        expect(await versionsOf('a')).toHaveLength(3);
      });

      itLosingAnswers('does not take another file for the copy', async () => {
        await write('a', 'one');
        disturb({ isDone: false, meanwhile: () => write('b', 'six') });
        const copy = store.copy({ path }, readFilePath('b'), { condition: absent, signal });
        expect(await failureOf(copy)).toMatchObject({ code: 'already_exists', path: 'b' });
      });

      itLosingAnswers.each<[string, (etag: string) => WriteCondition]>([
        ['what is there', () => none],
        ['one version', match],
      ])('does not make a deletion of %s fail on its own first request', async (_, toCondition) => {
        const written = await write('a', 'one');
        disturb({ isDone: true });
        const { versionId, deleted } = await store.delete(path, {
          condition: toCondition(written.etag),
          signal,
        });
        expect(deleted.versionId).toBe(written.versionId);
        expect((await versionsOf('a')).map((version) => version.versionId)).toEqual([
          versionId,
          written.versionId,
        ]);
      });

      itLosingAnswers('is no second write of the same content', async () => {
        disturb({ isDone: true, meanwhile: () => write('a', 'one') });
        const written = await write('a', 'one');
        const versions = await versionsOf('a');
        expect(versions).toHaveLength(2);
        expect(versions[1]?.versionId).toBe(written.versionId);
      });

      itLosingAnswers('does not make a change fail that never arrived', async () => {
        disturb({ isDone: false });
        await write('a', 'one');
        disturb({ isDone: false });
        await store.copy({ path }, readFilePath('b'), { condition: absent, signal });
        disturb({ isDone: false });
        await store.delete(path, { condition: none, signal });
        expect(await namesOf('')).toEqual(['b']);
        expect([await versionsOf('a'), await versionsOf('b')]).toMatchObject([
          [{ isDeletion: true }, {}],
          [{}],
        ]);
      });

      itLosingAnswers('does not hide a deletion behind what others wrote meanwhile', async () => {
        await write('a', 'one');
        disturb({ isDone: true, meanwhile: () => write('a', 'six') });
        const { versionId } = await store.delete(path, { condition: none, signal });
        expect((await versionsOf('a'))[1]).toMatchObject({ versionId, isDeletion: true });
        disturb({ isDone: false, meanwhile: () => write('a', 'ten') });
        expect(await failureOf(store.delete(path, { condition: none, signal }))).toMatchObject({
          code: 'conflict',
        });
        expect(await readText('a')).toBe('ten');
      });
    });

    describe('listing', () => {
      it('shows the own entries of a directory in the order of their bytes', async () => {
        for (const path of ['b/x', 'a', 'b', 'B', 'ü', 'b-1', 'z/y/x', 'z/a']) await write(path, 'x');
        expect(await namesOf('')).toEqual(['B', 'a', 'b', 'b-1', 'b/', 'z/', 'ü']);
        expect(await namesOf('z')).toEqual(['a', 'y/']);
        expect(await namesOf('none')).toEqual([]);
        expect(await namesOf('', { recursive: true })).toEqual([
          'B',
          'a',
          'b',
          'b-1',
          'b/x',
          'z/a',
          'z/y/x',
          'ü',
        ]);
        const [entry] = (await list('z')).entries;
        expect(entry).toMatchObject({
          kind: 'file',
          name: 'a',
          size: 1,
          etag: expect.stringMatching(/^".+"$/),
          modified: expect.any(Date),
        });
      });

      it.each([1, 2, 3, 7])(
        'goes on where a page of %i ended, missing and repeating nothing',
        async (limit) => {
          for (const path of ['a/1', 'a/2', 'b', 'b/1', 'c', 'c/1/2', 'd', 'e/1']) await write(path, 'x');
          for (const recursive of [false, true]) {
            const all = await namesOf('', { recursive });
            const seen: string[] = [];
            let after: DirectoryEntry | undefined;
            for (let page = 0; page < 20; page += 1) {
              const { entries, truncated } = await list('', {
                recursive,
                limit,
                ...(after !== undefined && { after }),
              });
              expect(entries.length).toBeLessThanOrEqual(limit);
              seen.push(
                ...entries.map(({ kind, name: entry }) => (kind === 'directory' ? `${entry}/` : entry)),
              );
              after = entries.at(-1) ?? after;
              if (!truncated) break;
            }
            expect(seen).toEqual(all);
          }
        },
      );

      it('pages across more than a thousand files', async () => {
        const paths = Array.from({ length: 1_050 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
        for (let index = 0; index < paths.length; index += 50) {
          await Promise.all(paths.slice(index, index + 50).map((path) => write(path, '')));
        }
        const first = await list('many', { limit: 1_000 });
        expect([first.entries.length, first.truncated]).toEqual([expect.any(Number), true]);
        const last = first.entries.at(-1);
        const second = await list('many', { limit: 1_000, ...(last && { after: last }) });
        expect(second.truncated).toBe(false);
        expect([...first.entries, ...second.entries].map(({ name: entry }) => `many/${entry}`)).toEqual(
          paths,
        );
      }, 120_000);

      itIfAble('hold keys of other programs')(
        'hides what no path leads to, and the markers of empty directories',
        async () => {
          for (const key of ['dir/', 'dir/a', 'x//y', 'up/../z', 'a\\b', 'line\nbreak', 'u\u0308'])
            await putRaw(key, '');
          expect(await namesOf('dir')).toEqual(['a']);
          expect(await namesOf('', { recursive: true })).toEqual(['dir/a']);
          for (const recursive of [false, true]) {
            const page = await list('', { recursive, limit: 1 });
            expect(page.entries).toMatchObject([{ name: recursive ? 'dir/a' : 'dir' }]);
          }
          for (const marker of ['a', 'b', 'c', 'd', 'e']) await putRaw(`markers/${marker}/`, '');
          await putRaw('markers/z', '');
          expect((await list('markers', { recursive: true, limit: 1 })).entries).toMatchObject([
            { name: 'z' },
          ]);
        },
      );
    });

    it('sees nothing of another root, even of one whose name begins the same', async () => {
      await write('a', 'mine');
      await write('b', 'theirs', none, neighbour);
      expect(await namesOf('', { recursive: true })).toEqual(['a']);
      expect(await failureOf(store.stat(readFilePath('b'), { signal }))).toEqual({
        code: 'not_found',
        path: 'b',
      });
    });

    describe('a URL', () => {
      const path = readFilePath('dir/a b.txt');
      const fetchText = async (url: string) => {
        const response = await fetch(url);
        return [response.status, await response.text()];
      };

      itIfAble('serve URLs')('reads the present version, or the one that it names', async () => {
        const { versionId = '' } = await write('dir/a b.txt', 'one');
        const options = { expiresInSeconds: 60 };
        const present = await store.createDownloadUrl(path, options);
        const old = await store.createDownloadUrl(path, { ...options, versionId });
        await write('dir/a b.txt', 'two');
        expect([await fetchText(present), await fetchText(old)]).toEqual([
          [200, 'two'],
          [200, 'one'],
        ]);
      });

      itIfAble('serve URLs')('takes an upload of what it was made for, under its condition', async () => {
        const options = { expiresInSeconds: 60, mediaType: 'text/x-mine', size: 3, condition: absent };
        const { url, headers } = await store.createUploadUrl(path, options);
        const put = async (body: string) => (await fetch(url, { method: 'PUT', body, headers })).status;
        expect([await put('one'), await put('two')]).toEqual([200, 412]);
        expect(await store.stat(path, { signal })).toMatchObject({ size: 3, mediaType: 'text/x-mine' });
        expect(await readText('dir/a b.txt')).toBe('one');
      });

      it('is another for another file, version, time or condition, and needs no request', async () => {
        const upload = { expiresInSeconds: 60, mediaType: 'a/b', size: 3, condition: none };
        const other = readFilePath('other');
        const urls = [
          await store.createDownloadUrl(path, { expiresInSeconds: 60 }),
          await store.createDownloadUrl(path, { expiresInSeconds: 61 }),
          await store.createDownloadUrl(path, { expiresInSeconds: 60, versionId: 'v' }),
          await store.createDownloadUrl(other, { expiresInSeconds: 60 }),
        ];
        expect(new Set(urls).size).toBe(urls.length);
        const etag = '"e"';
        const headers = await Promise.all(
          [none, absent, { kind: 'match', etag } as const].map(async (condition) => {
            const made = await store.createUploadUrl(path, { ...upload, condition });
            return made.headers;
          }),
        );
        const content = { 'content-type': 'a/b', 'content-length': '3' };
        expect(headers).toEqual([
          content,
          { ...content, 'if-none-match': '*' },
          { ...content, 'if-match': etag },
        ]);
      });
    });

    describe('a call', () => {
      const [a, b] = [readFilePath('a'), readFilePath('b')];
      const written = { mediaType: 'a/b', condition: none };

      it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
        ['stat', (signal) => store.stat(a, { signal })],
        ['read', (signal) => store.read(a, { start: 0, length: 1, signal })],
        ['write', (signal) => store.write(a, bytes('new'), { ...written, signal })],
        ['copy', (signal) => store.copy({ path: a }, b, { condition: none, signal })],
        ['delete', (signal) => store.delete(a, { condition: none, signal })],
        ['list', (signal) => store.list(readDirectoryPath(''), { recursive: true, limit: 1, signal })],
        ['listVersions', (signal) => store.listVersions(a, { limit: 1, signal })],
      ])('of %s ends with its signal, and changes nothing', async (_, call) => {
        await write('a', 'old');
        await expect(call(AbortSignal.abort(new Error('deadline')))).rejects.toThrow();
        expect([await readText('a'), await namesOf('')]).toEqual(['old', ['a']]);
        expect(await versionsOf('a')).toHaveLength(1);
      });
    });
  });
}
