import fc from 'fast-check';
import { readGlob } from '../../../lambda/search/glob.ts';
import { ToolFailure } from '../../../lambda/tool-failure.ts';

describe('a glob', () => {
  it.each<[string, string[], string[]]>([
    ['*.md', ['a.md', '.md', 'notes/a.md', 'x/y/a.md'], ['a.mdx', 'a.MD', 'a.md/b']],
    ['today', ['today', 'notes/today'], ['today.md', 'today/x']],
    ['./*.md', ['a.md'], ['notes/a.md']],
    ['/*.md', ['a.md'], ['notes/a.md']],
    ['notes/*.md', ['notes/a.md'], ['notes/x/a.md', 'x/notes/a.md', 'a.md']],
    ['**/*.md', ['a.md', 'notes/a.md', 'x/y/a.md'], ['a.txt']],
    ['notes/**', ['notes/a', 'notes/x/y'], ['notes', 'other/a']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'b', 'a/b/c']],
    ['a**b', ['ab', 'a/x/b', 'axb'], ['a/c']],
    ['a***b', ['ab', 'a/x/b'], ['a/c']],
    ['a**', ['a', 'a\nb/c'], ['b']],
    ['a**/b', ['a/b', 'ax/b', 'a/x/b'], ['ab']],
    ['?', ['a', 'é', '😀', 'x/a'], ['ab', '']],
    ['a?c/d', ['abc/d'], ['a/c/d', 'ac/d']],
    ['[a-c]x', ['ax', 'cx', 'y/bx'], ['dx', 'Ax', '-x']],
    ['[!a-c]x', ['dx', 'y/dx'], ['ax']],
    ['y[!a]x/z', ['ybx/z'], ['y/x/z', 'yax/z']],
    ['[^a]x', ['bx'], ['ax']],
    ['[]]x', [']x'], ['[x']],
    ['[a-]x', ['ax', '-x'], ['bx']],
    [String.raw`[\d^]x`, ['dx', '^x', '\\x'], ['1x']],
    ['{a,b}.md', ['a.md', 'b.md', 'x/b.md'], ['c.md', 'a,b.md']],
    ['{a,b/{c,d}*}.md', ['a.md', 'b/c.md', 'b/dx.md'], ['b.md', 'x/a.md']],
    ['{**/a,b}.md', ['a.md', 'x/a.md', 'b.md'], ['x/b.md']],
    ['{,x}a', ['a', 'xa'], ['ya']],
    ['a,b', ['a,b'], ['a']],
    [String.raw`\*\{\[\?`, ['*{[?'], ['x{[?']],
    ['a.b+c(d)$^', ['a.b+c(d)$^'], ['aXb+c(d)$^']],
    [String.raw`\!a\|b+\(\{1..3\}`, ['!a|b+({1..3}'], ['a|b']],
    ['a!b', ['a!b'], []],
    ['[!|@(]x', ['ax'], ['|x', '(x']],
    ['{a..b,c}', ['a..b', 'c'], ['a']],
    ['caf\u0065\u0301', ['café'], []],
    ['*', ['a', 'a\nb', 'x/a'], []],
  ])('%s matches what it should', async (text, yes, no) => {
    const { matches } = await readGlob(text);
    expect(yes.filter((path) => !matches(path))).toEqual([]);
    expect(no.filter(matches)).toEqual([]);
  });

  it.each([
    ['*.md', ''],
    ['**', ''],
    ['{a,**}', ''],
    ['/*.md', ''],
    ['notes/today.md', 'notes'],
    ['notes/2026/*/a.md', 'notes/2026'],
    ['notes/**', 'notes'],
    ['notes/{a,b}/c', 'notes'],
    ['**/a', ''],
    ['a[!/]b/c', ''],
  ])('%s tells that what matches lies in "%s"', async (text, directory) => {
    expect(await readGlob(text)).toMatchObject({ directory });
  });

  it.each([
    ['notes/', 'the glob "notes/" ends with "/": end it with "/**" for everything below'],
    ['{a,b', String.raw`the glob "{a,b" does not close a "{": close it, or write "\{" for a name's`],
    ['a}', String.raw`the glob "a}" closes a "{" that it does not open: write "\}" for a name's`],
    ['[a', String.raw`the glob "[a" does not close a "[": close it, or write "\[" for a name's`],
    ['[]', 'the glob "[]" has an empty "[]": name the characters between'],
    ['[z-a]', 'the glob "[z-a]" has the range "z-a" backwards: turn it round'],
    ['a[+-9]', 'the glob "a[+-9]" has a "/" in "[+-9]": a class stands for one character of a name'],
    ['a\\', String.raw`the glob "a\" ends with "\": remove it`],
    [
      '!*.ts',
      String.raw`the glob "!*.ts" begins with "!": pass what to leave out as exclude, or write "\!" for a name's`,
    ],
    [
      '*.ts|*.js',
      String.raw`the glob "*.ts|*.js" has a "|": write {a,b} for one or the other, or "\|" for a name's`,
    ],
    [
      '@(x).ts',
      String.raw`the glob "@(x).ts" has a group "(...)": write {a,b} for one or the other, or "\(" for a name's`,
    ],
    [
      '{1..3}',
      String.raw`the glob "{1..3}" has a range in "{}": write [1-3] or {1,2,3}, or "\{" for a name's`,
    ],
    [
      '[[:alpha:]]',
      'the glob "[[:alpha:]]" has a named class "[:...:]": write its characters, for example [a-z]',
    ],
  ])('is refused as %s, with the remedy', async (text, sentence) => {
    await expect(readGlob(text)).rejects.toThrow(new ToolFailure(sentence));
  });

  const special = fc.constantFrom(
    '*',
    '**',
    '**/',
    '?',
    '[',
    ']',
    '!',
    '^',
    '-',
    '{',
    '}',
    ',',
    '\\',
    '/',
    '.',
  );
  const hostile = fc
    .array(fc.oneof(special, fc.string({ unit: 'grapheme', maxLength: 2 })), { minLength: 1 })
    .map((parts) => parts.join('').slice(0, 256))
    .filter((text) => text !== '');

  it('is refused by a sentence or matches, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.string({ unit: 'grapheme' }), async (text, path) => {
        const glob = await readGlob(text).catch((error) => {
          expect(error).toBeInstanceOf(ToolFailure);
          expect(error.message).toMatch(/^the glob /);
        });
        expect([true, false, undefined]).toContain(glob?.matches(path));
      }),
      { numRuns: 1_000 },
    );
  });

  it('matches nothing outside of the directory that it names', async () => {
    const name = fc.constantFrom('a', 'b', '*', '**', '?', '{a,b}', '[ab]', 'a*');
    const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 4 }), path, async (names, segments) => {
        const { directory, matches } = await readGlob(names.join('/'));
        const text = segments.join('/');
        if (matches(text)) expect(directory === '' || text.startsWith(`${directory}/`)).toBe(true);
      }),
    );
  });

  it('matches a name that is written with every special character escaped, and no other', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .map((text) => text.normalize('NFC'));
    await fc.assert(
      fc.asyncProperty(name, name, async (text, other) => {
        const { matches } = await readGlob(
          text.replace(/[*?[\]{},\\!|(]/g, String.raw`\$&`).replaceAll('/', '-'),
        );
        expect(matches(text.replaceAll('/', '-'))).toBe(true);
        expect(matches(other)).toBe(other === text && !text.includes('/'));
      }),
    );
  });

  it.each([
    '*a'.repeat(128),
    '**a'.repeat(85),
    `${'**/'.repeat(85)}a`,
    `${'{*a,*b}*'.repeat(31)}z`,
    `${'{a,'.repeat(64)}${'}'.repeat(64)}`,
    '?'.repeat(256),
    `${'[!b]*'.repeat(51)}z`,
  ])('is matched in steps that do not multiply: %s', async (text) => {
    const { matches } = await readGlob(text);
    // A backtracking matcher would not come back from the first of these within the time of a test.
    for (let index = 0; index < 100; index += 1) {
      expect(matches(`${'a/'.repeat(100)}${'a'.repeat(600)}${index}`)).toBe(false);
    }
  });
});
