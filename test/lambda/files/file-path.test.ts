import {
  InvalidPath,
  maxPathBytes,
  readDirectoryPath,
  readFilePath,
  readNewDirectoryPath,
  readNewFilePath,
  showName,
} from '../../../lambda/files/file-path.ts';

describe('a file path', () => {
  it.each([
    ['notes/today.md', 'notes/today.md'],
    ['/notes/today.md', 'notes/today.md'],
    ['./notes/today.md', 'notes/today.md'],
    ['a', 'a'],
    ['...', '...'],
    ['.env', '.env'],
    ['a b/ü/日本/😀.txt', 'a b/ü/日本/😀.txt'],
    ['%2e%2e/a', '%2e%2e/a'],
    ['u\u0308.txt', 'ü.txt'],
  ])('is read from %j', (text, path) => {
    expect(readFilePath(text)).toBe(path);
  });

  it.each([
    ['', 'the path is empty'],
    ['/', 'the path is empty'],
    ['notes/', 'names a directory'],
    ['..', 'the segment ".."'],
    ['../a', 'the segment ".."'],
    ['a/../b', 'the segment ".."'],
    ['a/..', 'the segment ".."'],
    ['./../a', 'the segment ".."'],
    ['/../a', 'the segment ".."'],
    ['a/./b', 'the segment "."'],
    ['.', 'the segment "."'],
    ['//a', 'an empty segment'],
    ['a//b', 'an empty segment'],
    ['a\\b', String.raw`holds "\"`],
    ['..\\a', String.raw`holds "\"`],
    ['a\0b', 'a control character'],
    ['a\nb', 'a control character'],
    ['a\u007fb', 'a control character'],
    ['a\u0085b', 'a control character'],
    ['a\ud800b', 'half of a character pair'],
    ['a'.repeat(maxPathBytes + 1), `${maxPathBytes + 1} bytes long`],
    ['ü'.repeat(maxPathBytes / 2 + 1), `${maxPathBytes + 2} bytes long`],
  ])('is refused in %j', (text, reason) => {
    expect(() => readFilePath(text)).toThrow(InvalidPath);
    expect(() => readFilePath(text)).toThrow(reason);
  });

  it('may be as long as the bound', () => {
    expect(readFilePath('a'.repeat(maxPathBytes))).toHaveLength(maxPathBytes);
  });
});

describe('the path of a new file', () => {
  it.each(['a.txt', 'ü/日本/👍🏽.txt', 'نامه.txt', '❤\ufe0f.md', 'x\u0301.txt'])('may be %j', (text) => {
    expect(readNewFilePath(text)).toBe(readFilePath(text));
    expect(readNewDirectoryPath(text)).toBe(readFilePath(text));
    expect(showName(text)).toBe(text);
  });

  it.each([
    ['\u202etxt.exe', 'U+202E', '\\u202etxt.exe'],
    ['a\u200b.txt', 'U+200B', 'a\\u200b.txt'],
    ['dir\u2066/a.txt', 'U+2066', 'dir\\u2066/a.txt'],
    ['\ufeffa.txt', 'U+FEFF', '\\ufeffa.txt'],
    ['a\u2028b', 'U+2028', 'a\\u2028b'],
    ['a\u{e0041}', 'U+E0041', 'a\\udb40\\udc41'],
  ])('is refused in %j, which can be read and is shown with escapes', (text, code, shown) => {
    expect(() => readNewFilePath(text)).toThrow(InvalidPath);
    expect(() => readNewFilePath(text)).toThrow(code);
    expect(() => readNewDirectoryPath(text)).toThrow(code);
    expect(readFilePath(text)).toBe(text);
    expect(showName(text)).toBe(shown);
    expect(JSON.parse(`"${shown}"`)).toBe(text);
  });
});

describe('a directory path', () => {
  it.each([
    ['', ''],
    ['/', ''],
    ['.', ''],
    ['./', ''],
    ['notes', 'notes'],
    ['notes/', 'notes'],
    ['/notes/2026/', 'notes/2026'],
  ])('is read from %j', (text, path) => {
    expect(readDirectoryPath(text)).toBe(path);
  });

  it.each(['..', '../', 'a/../', '//', 'notes//', 'a\0/'])('is refused in %j', (text) => {
    expect(() => readDirectoryPath(text)).toThrow(InvalidPath);
  });
});
