import * as fc from 'fast-check';
import { applyEdits } from '../../../lambda/text/edits.ts';

const once = (old_text: string, new_text: string) => ({ old_text, new_text, replace_all: false });
const everywhere = (old_text: string, new_text: string) => ({ old_text, new_text, replace_all: true });

describe('edits of a text', () => {
  it('are made in order, each on what the one before left', () => {
    expect(applyEdits('one two', [once('one', 'two three'), everywhere('two', '2')], 100)).toEqual({
      text: '2 three 2',
      replacements: 3,
    });
  });

  it.each(['$&', '$1', "$'", '$$', '\\n'])('put %s in as it is', (text) => {
    expect(applyEdits('a', [once('a', text)], 100).text).toBe(text);
    expect(applyEdits('aa', [everywhere('a', text)], 100).text).toBe(text + text);
  });

  it('take old_text as it is, not as a pattern', () => {
    expect(applyEdits('a.c abc', [once('a.c', 'x')], 100).text).toBe('x abc');
  });

  it('replace one place and leave everything else alone', async () => {
    const word = fc.string({ minLength: 1, unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        word,
        fc.string(),
        fc.string(),
        async (before, old, after, replacement) => {
          const text = before + old + after;
          fc.pre(text.indexOf(old) === before.length && text.split(old).length === 2 && old !== replacement);
          expect(applyEdits(text, [once(old, replacement)], 1_000).text).toBe(before + replacement + after);
        },
      ),
    );
  });

  it.each([
    [
      'missing',
      'one',
      [once('two', 'x')],
      'old_text was found 0 times and nothing was changed: copy it exactly from read_file',
    ],
    [
      'ambiguous',
      'a b a b a',
      [once('a', 'x')],
      'old_text was found 3 times and nothing was changed: add lines',
    ],
    ['missing with replace_all', 'one', [everywhere('two', 'x')], 'old_text was found 0 times'],
    ['second', 'one', [once('one', '1'), once('one', 'x')], 'old_text of edit 2 of 2 was found 0 times'],
    [
      'spaced',
      'a  b\n\tc',
      [once('a b c', 'x')],
      'it is there with other white space or line ends, so copy it',
    ],
    [
      'LF for CRLF',
      'a\r\nb\nc',
      [once('a\nb', 'x')],
      'it is there with other white space or line ends, so copy it',
    ],
    [
      'CRLF for LF',
      'a\nb',
      [once('a\r\nb', 'x')],
      'it is there with other white space or line ends, so copy it',
    ],
    ['blank', 'ab', [once(' ', 'x')], 'nothing was changed: copy it exactly'],
    ['the same', 'one', [once('one', 'one')], 'the edits change nothing'],
    ['undone', 'one', [once('one', 'two'), once('two', 'one')], 'the edits change nothing'],
    [
      'everywhere',
      'a'.repeat(100_001),
      [everywhere('a', 'x')],
      'would replace more than 100000 places and nothing was changed',
    ],
    ['too long', 'aaaa', [everywhere('a', 'x'.repeat(26))], 'longer than 100 bytes and nothing was changed'],
  ])('refuse an old_text that is %s', (_, text, edits, sentence) => {
    expect(() => applyEdits(text, edits, 100)).toThrow(sentence);
  });

  it('refuse to grow a text without bound, before they do it', () => {
    const edits = [everywhere('a', 'a'.repeat(2 ** 20))];
    expect(() => applyEdits('a'.repeat(100_000), edits, 2 ** 22)).toThrow('would become longer');
  });
});

describe('edits of a text whose lines all end with CRLF', () => {
  it.each([
    ['a\r\nb\r\n', [once('a\nb', 'x\ny\r\nz')], 'x\r\ny\r\nz\r\n'],
    ['a\r\nb', [once('a\r\n', '')], 'b'],
    ['a\r\nb', [everywhere('\n', '\n\n')], 'a\r\n\r\nb'],
  ])('take LF for it: %j', (text, edits, edited) => {
    expect(applyEdits(text, edits, 100).text).toBe(edited);
  });

  it.each([
    ['a\r\nb\n', [once('b\n', 'x\n')], 'a\r\nx\n'],
    ['a\nb\r\n', [once('a\n', 'x\n')], 'x\nb\r\n'],
    ['a\nb', [once('b', 'x\r\n')], 'a\nx\r\n'],
  ])('leave the others as they are: %j', (text, edits, edited) => {
    expect(applyEdits(text, edits, 100).text).toBe(edited);
  });
});
