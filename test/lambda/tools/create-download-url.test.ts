import { createDownloadUrl } from '../../../lambda/tools/create-download-url.ts';
import { createMemoryFileStore, toEtag, writeText } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const now = new Date('2026-11-23T10:00:00.000Z');

async function createHistory() {
  const files = createMemoryFileStore({ files: { 'a b.md': 'one' } });
  await writeText(files, 'a b.md', 'three');
  return files;
}

describe('create_download_url', () => {
  beforeEach(() => jest.useFakeTimers({ now, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('answers a URL of the version that is there now, with its facts and a warning', async () => {
    const url = 'https://files.example/a%20b.md?expires=900&versionId=v2';
    expect(await runTool(createDownloadUrl, { path: 'a b.md' }, await createHistory())).toEqual({
      text:
        'Download "a b.md" (5 bytes, text/plain; charset=utf-8) until 2026-11-23T10:15:00.000Z from\n' +
        `${url}\n` +
        'Whoever holds this URL can read the file until then: show it only to those who may.',
      structured: {
        path: 'a b.md',
        url,
        expires_at: '2026-11-23T10:15:00.000Z',
        size: 5,
        media_type: 'text/plain; charset=utf-8',
        modified: '2026-11-23T10:00:00.000Z',
        etag: toEtag('three'),
        version_id: 'v2',
      },
    });
  });

  it('takes a version and a time', async () => {
    const input = { path: 'a b.md', version_id: 'v1', expires_in: 60 };
    const { structured } = await runTool(createDownloadUrl, input, await createHistory());
    expect(structured).toMatchObject({
      url: 'https://files.example/a%20b.md?expires=60&versionId=v1',
      expires_at: '2026-11-23T10:01:00.000Z',
      size: 3,
      version_id: 'v1',
    });
  });

  it('looks at the file once', async () => {
    const files = await createHistory();
    const stat = jest.spyOn(files, 'stat');
    const read = jest.spyOn(files, 'read');
    await runTool(createDownloadUrl, { path: 'a b.md' }, files);
    expect([stat.mock.calls.length, read.mock.calls.length]).toEqual([1, 0]);
  });

  it.each([
    ['a missing file', { path: 'none' }, /no file "none"/],
    ['a directory', { path: 'dir' }, /^"dir" is a directory: call list_files/],
    ['an unknown version', { path: 'dir/x', version_id: 'v9' }, /^"dir\/x" has no version "v9": /],
  ])('makes no URL for %s', async (_, input, sentence) => {
    const files = createMemoryFileStore({ files: { 'dir/x': 'x' } });
    const create = jest.spyOn(files, 'createDownloadUrl');
    expect(await failTool(createDownloadUrl, input, files)).toMatch(sentence);
    expect(create).not.toHaveBeenCalled();
  });

  it.each([59, 3601, 90.5, '900'])('refuses %j seconds', (expires_in) => {
    expect(createDownloadUrl.input.safeParse({ path: 'a', expires_in }).success).toBe(false);
  });
});
