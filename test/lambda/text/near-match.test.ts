import { describeNearMatch } from '../../../lambda/text/near-match.ts';

describe('what is near a part that a text does not hold', () => {
  it.each([
    [
      'white space',
      'one\n  two\tthree\n',
      'two three',
      'it is there with other white space or line ends at line 2, which is "  two\\tthree"',
    ],
    [
      'the white space of a web page',
      'a\nb\u00a0c',
      'b c',
      'it is there with other white space or line ends at line 2, which is "b\\u00a0c"',
    ],
    [
      'the Unicode form',
      'x\nre\u0301sume\u0301\n',
      'r\u00e9sum\u00e9',
      'it is there with another Unicode form at line 2, which is "re\\u0301sume\\u0301"',
    ],
    [
      'quotation marks',
      'a\nsay “hi”\n',
      'say "hi"',
      'it is there with other quotation marks or dashes at line 2, which is "say “hi”"',
    ],
    [
      'dashes',
      'one – two',
      'one - two',
      'it is there with other quotation marks or dashes at line 1, which is "one – two"',
    ],
    [
      'case',
      'a\n\nHello World',
      'hello world',
      'it is there with another case at line 3, which is "Hello World"',
    ],
    [
      'several of these',
      'a\nSay  “Hi”',
      'say "hi"',
      'it is there with other white space, case, quotation marks or Unicode form at line 2, which is "Say  “Hi”"',
    ],
    [
      'one line of several',
      'a\nfunction f() {\n  return 1;\n}\n',
      'function f() {\n  return 2;\n}',
      'the nearest place begins at line 2; the first line that differs there is line 3, which is "  return 1;"',
    ],
    [
      'a line behind the end',
      'start\nlast',
      'start\nlast\nmore',
      'the nearest place begins at line 1; the first line that differs there is line 3, which is behind the end of the file',
    ],
    [
      'a word',
      'one\nthe quick brown fox jumps\nthree',
      'the quick brown dog jumps',
      'the most similar line is line 2, which is "the quick brown fox jumps"',
    ],
  ])('is found when it differs in %s', (_, text, part, sentence) => {
    expect(describeNearMatch(text, part)).toBe(sentence);
  });

  it.each([
    ['nothing alike', 'one\ntwo\n', 'something else'],
    ['white space alone', 'ab', ' '],
    ['nothing', '', 'abcdef'],
  ])('is empty for %s', (_, text, part) => {
    expect(describeNearMatch(text, part)).toBe('');
  });

  it('quotes no more than 200 characters of a line, and no half of a character', () => {
    const sentence = describeNearMatch(`${'x'.repeat(199)}😀${'y'.repeat(1_000)}`, `${'x'.repeat(199)}😀Y`);
    expect(sentence).toContain(`"${'x'.repeat(199)}…"`);
  });

  it('is found in a text of 4 MiB', () => {
    const text = `${'some words of a line\n'.repeat(200_000)}The Needle\n`;
    expect(describeNearMatch(text, 'the needle')).toContain('at line 200001');
    expect(describeNearMatch(text, 'no such line\nat all')).toBe('');
  });
});
