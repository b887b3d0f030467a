import {
  InvalidPath,
  maxPathBytes,
  readDirectoryPath,
  readFilePath,
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
