import { applyPatch, createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import * as fc from 'fast-check';
import { toDiff } from '../../../lambda/text/diff.ts';

const toLines = (count: number, text = 'line') =>
  Array.from({ length: count }, (_, index) => `${text} ${index + 1}\n`).join('');

describe('a diff', () => {
  it('has three lines around each change, and their numbers', () => {
    const before = toLines(100);
    const after = before.replace('line 50\n', 'changed\n').replace('line 90\n', '');
    expect(toDiff('dir/a.txt', before, after)).toBe(
      [
        '--- dir/a.txt',
        '+++ dir/a.txt',
        '@@ -47,7 +47,7 @@',
        ' line 47\n line 48\n line 49\n-line 50\n+changed\n line 51\n line 52\n line 53',
        '@@ -87,7 +87,6 @@',
        ' line 87\n line 88\n line 89\n-line 90\n line 91\n line 92\n line 93\n',
      ].join('\n'),
    );
  });

  it('turns what was before into what is after', async () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', '\n', 'c', 'x'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (start, old, fresh, end) => {
        const before = [...start, ...old, ...end].join('');
        const after = [...start, ...fresh, ...end].join('');
        fc.pre(before !== after);
        expect(applyPatch(before, toDiff('a', before, after))).toBe(after);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [20, 21],
    [21, 20],
    [20, 40],
    [40, 1],
  ])('finds its place among %i lines that are all the same and become %i', (old, fresh) => {
    const before = 'a\n'.repeat(old);
    const after = 'a\n'.repeat(fresh);
    expect(applyPatch(before, toDiff('a', before, after))).toBe(after);
  });

  it('is as short as one that was searched in the whole file', async () => {
    const line = fc.integer({ min: 0, max: 59 });
    await fc.assert(
      fc.asyncProperty(line, line, async (one, other) => {
        const before = toLines(60);
        const after = before.replace(`line ${one}\n`, '').replace(`line ${other}\n`, `changed ${one}\n`);
        fc.pre(before !== after);
        const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
        const whole = createTwoFilesPatch('a', 'a', before, after, undefined, undefined, options);
        expect(toDiff('a', before, after)).toBe(whole);
      }),
    );
  });

  it('says when the end of a file has no line end', () => {
    expect(toDiff('a', 'one\ntwo', 'one\nthree')).toContain('-two\n\\ No newline at end of file\n+three\n');
  });

  it('is cut when it is long, never in a character', () => {
    for (const pad of ['', 'x']) {
      const diff = toDiff('a', '', `${pad}${'😀'.repeat(250)}\n`.repeat(80));
      expect(diff.isWellFormed()).toBe(true);
      expect(diff.length).toBeLessThan(20_100);
      expect(diff).toMatch(/\n\[the diff is cut here: \d+ more characters\]$/);
    }
  });

  it('shows of a long line what surrounds the change', () => {
    const start = 'a'.repeat(100_000);
    const end = 'z'.repeat(100_000);
    expect(toDiff('a', `${start} old ${end}`, `${start} new ${end}`)).toBe(
      [
        '--- a\n+++ a\n@@ -1,1 +1,1 @@',
        `-[…99881]${'a'.repeat(119)} old ${'z'.repeat(119)}[…99881]`,
        '\\ No newline at end of file',
        `+[…99881]${'a'.repeat(119)} new ${'z'.repeat(119)}[…99881]`,
        '\\ No newline at end of file\n',
      ].join('\n'),
    );
  });

  it.each([
    ['both ends of a long change', `${'a'.repeat(9_000)}b`, `${'x'.repeat(9_000)}y`, 'x'.repeat(300)],
    ['the start of a long line that is new', '', `${'x'.repeat(9_000)}`, 'x'.repeat(300)],
    [
      'the start of a long line that is the same',
      `b\n${'s'.repeat(9_000)}`,
      `c\n${'s'.repeat(9_000)}`,
      's'.repeat(200),
    ],
    ['each changed line beside its own', `${'a'.repeat(900)}\nb\n`, `${'a'.repeat(900)}!\nc\n`, '!'],
  ])('shows %s', (_, before, after, shown) => {
    const diff = toDiff('a', before, after);
    expect(diff).toContain(shown);
    expect(diff.length).toBeLessThan(1_500);
  });

  it('never cuts a long line in a character', async () => {
    const long = fc.array(fc.constantFrom<string>('😀', 'a', 'b'), { minLength: 320, maxLength: 700 });
    await fc.assert(
      fc.asyncProperty(long, fc.nat(300), async (characters, at) => {
        const before = characters.join('');
        const after = characters.with(at, '😎').join('');
        expect(toDiff('a', before, after).isWellFormed()).toBe(true);
      }),
    );
  });

  it.each([
    ['of too many lines', toLines(600), toLines(600, 'row')],
    ['of changes that are too far apart', `a\n${'x\n'.repeat(300_000)}a`, `b\n${'x\n'.repeat(300_000)}b`],
  ])('is left away where it would be one %s', (_, before, after) => {
    expect(toDiff('a', before, after)).toBe(
      '[no diff is shown: there are too many changes, or they are too far apart]',
    );
  });
});
