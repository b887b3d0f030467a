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
      'it is there with other white space or line ends at line 1',
    ],
    [
      'CRLF for LF',
      'a\nb',
      [once('a\r\nb', 'x')],
      'it is there with other white space or line ends at line 1',
    ],
    ['overlapping itself', 'aaa', [once('aa', 'x')], 'old_text was found 2 times and nothing was changed'],
    [
      'overlapping itself over lines',
      'x = 1\nx = 1\nx = 1\n',
      [once('x = 1\nx = 1', 'y')],
      'old_text was found 2 times and nothing was changed',
    ],
    ['there with each line end', 'a\r\nb\na\nb\n', [once('a\nb', 'x')], 'old_text was found 2 times'],
    ['a NUL to be', 'a', [once('a', '\0')], 'new_text holds a NUL character and nothing was changed'],
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

describe('edits that replace all', () => {
  it('go from one place to the next without overlaps', () => {
    expect(applyEdits('aaaa a', [everywhere('aa', 'b')], 100)).toEqual({ text: 'bb a', replacements: 2 });
  });
});

describe('edits of a text with both line ends', () => {
  it.each([
    ['LF for a CRLF within', 'a\r\nb\nc', [once('a\nb', 'x')], 'x\nc'],
    ['LF for a CRLF at the start', 'a\r\nb\nc', [once('\nb', '-')], 'a-\nc'],
    ['LF for a CRLF at the end', 'a\nb\r\nc', [once('b\n', '-')], 'a\n-c'],
    ['no line end before a CRLF', 'a\nb\r\nc', [once('b', '-')], 'a\n-\r\nc'],
    [
      'CRLF for both where there is none so',
      'a\r\nb\nc\r\n',
      [once('a\r\nb\r\nc', 'x\r\nb\r\nc')],
      'x\r\nb\nc\r\n',
    ],
  ])('take %s', (_, text, edits, edited) => {
    expect(applyEdits(text, edits, 100).text).toBe(edited);
  });

  it.each([
    [
      'the lines that stay',
      'one\r\ntwo\nthree\r\n',
      [once('one\ntwo\nthree', 'one\n2\nthree')],
      'one\r\n2\nthree\r\n',
    ],
    [
      'the lines that stay at the end',
      'a\nb\r\nc\n',
      [once('a\nb\nc\n', 'new\na\nb\nc\n')],
      'new\na\nb\r\nc\n',
    ],
    ['the line that becomes two', 'a\nb\r\nc\n', [once('b', 'b1\nb2')], 'a\nb1\r\nb2\r\nc\n'],
    ['the last line that becomes two', 'a\nb\r\nc', [once('c', 'c1\nc2')], 'a\nb\r\nc1\r\nc2'],
    ['each place', 'a\nb\r\na\r\nb\n', [everywhere('a\nb', 'x\ny')], 'x\ny\r\nx\r\ny\n'],
  ])('keep the line ends of %s', (_, text, edits, edited) => {
    expect(applyEdits(text, edits, 100).text).toBe(edited);
  });

  it('change a line end that old_text names as CRLF', () => {
    expect(applyEdits('a\r\nb\nc\r\n', [everywhere('\r\n', '\n')], 100).text).toBe('a\nb\nc\n');
  });

  it('change no line end that old_text names as LF', () => {
    const edit = () => applyEdits('a\r\nb\nc\r\n', [once('b\n', 'b\r\n')], 100);
    expect(edit).toThrow('the edits change nothing');
  });

  it('leave every byte outside of the places alone', async () => {
    const line = fc.constantFrom('a\n', 'a\r\n', 'b\r\n', '\n', '\r\n', 'c');
    const lines = fc.array(line, { maxLength: 12 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(lines, lines, async (before, after) => {
        const text = `${before}\nOLD\r\nEND\n${after}`;
        const { text: edited } = applyEdits(text, [once('OLD\nEND', 'N1\nN2\nEND')], 1_000);
        expect(edited).toBe(`${before}\nN1\r\nN2\r\nEND\n${after}`);
      }),
    );
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
