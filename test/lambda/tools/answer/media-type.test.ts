import { toMediaType, toTextMediaType } from '../../../../lambda/tools/answer/media-type.ts';

describe('the media type of text by its name', () => {
  it.each([
    ['notes/today.md', 'text/markdown; charset=utf-8'],
    ['PAGE.HTML', 'text/html; charset=utf-8'],
    ['data.json', 'application/json'],
    ['drawing.svg', 'image/svg+xml'],
    ['README', 'text/plain; charset=utf-8'],
    ['js', 'text/plain; charset=utf-8'],
    ['v1.json/notes', 'text/plain; charset=utf-8'],
    ['main.go', 'text/plain; charset=utf-8'],
    ['.env', 'text/plain; charset=utf-8'],
    ['__proto__.__proto__', 'text/plain; charset=utf-8'],
    ['a.constructor', 'text/plain; charset=utf-8'],
    // TypeScript, which shares its ending with a video.
    ['main.ts', 'text/plain; charset=utf-8'],
    ['no.png', 'text/plain; charset=utf-8'],
  ])('of %s is %s', async (path, mediaType) => {
    expect(await toTextMediaType(path)).toBe(mediaType);
  });
});

describe('the media type of bytes by their name', () => {
  it.each([
    ['cat.PNG', 'image/png'],
    ['a.tar.gz', 'application/gzip'],
    ['notes.txt', 'text/plain'],
    ['data', 'application/octet-stream'],
    ['a.constructor', 'application/octet-stream'],
    ['src/main.ts', 'text/plain'],
    ['main.MTS', 'text/plain'],
  ])('of %s is %s', async (path, mediaType) => {
    expect(await toMediaType(path)).toBe(mediaType);
  });
});
