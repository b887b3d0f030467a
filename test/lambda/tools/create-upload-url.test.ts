import { execFileSync } from 'node:child_process';
import { createUploadUrl } from '../../../lambda/tools/create-upload-url.ts';
import type { UntypedAnswer } from '../../../lambda/tools/tool.ts';
import { createMemoryFileStore, toEtag } from '../../support/memory-file-store.ts';
import { failTool, runTool } from '../../support/run-tool.ts';

const now = new Date('2026-11-23T10:00:00.000Z');
const files = createMemoryFileStore();

/** What a shell makes of the command that stands in the text. */
function readWords(answer: UntypedAnswer): string[] {
  const [, command] = 'text' in answer ? answer.text.split('\n') : [];
  const script = `set -- ${command}; printf '%s\\0' "$@"`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('create_upload_url', () => {
  beforeEach(() => jest.useFakeTimers({ now, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('answers a URL with all that must be sent, and once more in a text as a command to paste, with a warning', async () => {
    const url = 'https://files.example/photos/cat.json?expires=900';
    const curl =
      "curl --globoff --fail-with-body --upload-file './cat.json' " +
      `--header 'content-type: application/json' '${url}'`;
    expect(await runTool(createUploadUrl, { path: 'photos/cat.json', size: 123 }, files)).toEqual({
      text:
        'Upload 123 bytes of application/json to "photos/cat.json" until 2026-11-23T10:15:00.000Z with\n' +
        `${curl}\n` +
        'Whoever holds this URL can write the file until then: show it only to those who may. S3 checks nothing ' +
        'before the upload: it answers 403 where this server may not write, and 412 where if_match or create_only ' +
        'does not hold.',
      structured: {
        path: 'photos/cat.json',
        url,
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'content-length': '123' },
        expires_at: '2026-11-23T10:15:00.000Z',
      },
    });
  });

  it.each([
    [{ if_match: toEtag('x') }, { 'if-match': toEtag('x') }],
    [{ create_only: true }, { 'if-none-match': '*' }],
    [{ media_type: 'image/svg+xml' }, { 'content-type': 'image/svg+xml' }],
    [{ media_type: 'text/plain; charset=utf-8' }, { 'content-type': 'text/plain; charset=utf-8' }],
  ])('has %j signed and sent', async (input, headers) => {
    const answer = await runTool(createUploadUrl, { path: 'a.bin', size: 1, ...input }, files);
    expect(answer.structured).toMatchObject({ headers });
    const [[name, value] = []] = Object.entries(headers);
    expect(readWords(answer)).toContain(`${name}: ${value}`);
  });

  it.each(["it's.txt", '$(touch x).txt', '-o', '`x` "y" {a,b}[1-2].txt', 'ü #?.txt'])(
    'writes a command that names the file %s and runs nothing',
    async (name) => {
      const answer = await runTool(createUploadUrl, { path: `dir/${name}`, size: 1 }, files);
      const words = readWords(answer);
      expect(words).toHaveLength(8);
      expect([words[4], words[7]]).toEqual([`./${name}`, answer.structured?.url]);
    },
  );

  it.each([
    '',
    'image',
    'image/',
    'a/b/c',
    'text/plain\r\nx-amz-acl: public-read',
    'text/ü',
    'text/plain; x',
  ])('refuses the media type %j', async (media_type) => {
    expect(await failTool(createUploadUrl, { path: 'a', size: 1, media_type }, files)).toBe(
      'media_type is not valid: pass one such as "image/jpeg", or leave it out',
    );
  });

  it.each([
    ['a directory', { path: 'dir/' }, /^the path ends with "\/"/],
    [
      'two conditions',
      { path: 'a', if_match: '"x"', create_only: true },
      /^if_match and create_only exclude/,
    ],
    ['no etag', { path: 'a', if_match: '"' }, /^if_match is not an etag/],
  ])('refuses %s', async (_, input, sentence) => {
    expect(await failTool(createUploadUrl, { size: 1, ...input }, files)).toMatch(sentence);
  });

  it.each([
    { size: 0 },
    { size: 5 * 1024 ** 3 + 1 },
    { size: 1.5 },
    { size: undefined },
    { expires_in: 59 },
    { expires_in: 3601 },
  ])('refuses the arguments %j', (change) => {
    expect(createUploadUrl.input.safeParse({ path: 'a', size: 1, ...change }).success).toBe(false);
  });

  it('names the tool for an empty file', () => {
    const { error } = createUploadUrl.input.safeParse({ path: 'a', size: 0 });
    expect(error?.issues[0]?.message).toBe(
      'an upload has at least 1 byte: for an empty file call write_file with content ""',
    );
  });

  it('takes the most that S3 takes at once', () => {
    expect(createUploadUrl.input.safeParse({ path: 'a', size: 5 * 1024 ** 3 }).success).toBe(true);
  });
});
