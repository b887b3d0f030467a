import { canSpanLines, needsLineBreak } from '../../../lambda/search/line-break.ts';
import { readLinePattern } from '../../../lambda/search/line-pattern.ts';

describe('an expression with a line break', () => {
  it.each([
    String.raw`alpha\nBETA`,
    String.raw`alpha\r?\n`,
    String.raw`(?m)^alpha$\n^BETA`,
    String.raw`(ab)\n+`,
    String.raw`[x]\\\n`,
    String.raw`a\x0ab`,
    String.raw`a\x{0A}b`,
    String.raw`a\012b`,
    String.raw`a[\n]b`,
    String.raw`a\n{2}`,
    String.raw`(a\n|b\n)c`,
    String.raw`a\n|\nb`,
    String.raw`(?:a|b)(?P<end>\n)+`,
    String.raw`(?i)(?s:a\nb)`,
  ])('is refused, as a literal one is: %s', async (query) => {
    const refused = readLinePattern(query, { regex: true, caseSensitive: true });
    await expect(refused).rejects.toThrow(/line break/);
  });

  it.each([
    String.raw`alpha\n?`,
    String.raw`alpha\n*`,
    String.raw`alpha\n{0,1}`,
    String.raw`alpha|\n`,
    String.raw`alpha(\n)?`,
    String.raw`alpha[^\n]`,
    String.raw`[]\n]`,
    String.raw`[[:alpha:]\n]`,
    String.raw`C:\\new`,
    String.raw`\Qa\n\E`,
    String.raw`(a\n|b)c`,
    String.raw`(a\n)?b`,
    String.raw`(a\n){0,2}b`,
    String.raw`(?s)alpha.BETA`,
    String.raw`a\n)`,
    String.raw`(a\n`,
  ])('is taken where a line alone can match: %s', (query) => {
    expect(needsLineBreak(query)).toBe(false);
  });
});

describe('an expression that is written to match across lines', () => {
  it.each([
    [String.raw`(?s)alpha.BETA`, true],
    [String.raw`(?is)a.*b`, true],
    [String.raw`(?s:a.b)`, true],
    [String.raw`a[\s\S]*b`, true],
    [String.raw`a(.|\n)b`, true],
    [String.raw`a\n?b`, true],
    [String.raw`(?s)alpha`, false],
    [String.raw`(?i-s)a.b`, false],
    [String.raw`a.b\s+[^"]*`, false],
    ['plain', false],
  ])('%s is told of as such: %s', async (query, expected) => {
    expect(canSpanLines(query)).toBe(expected);
    expect((await readLinePattern(query, { regex: true, caseSensitive: true })).canSpanLines).toBe(expected);
    expect((await readLinePattern('a', { regex: false, caseSensitive: true })).canSpanLines).toBe(false);
  });
});
