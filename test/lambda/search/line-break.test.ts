import { needsLineBreak } from '../../../lambda/search/line-break.ts';
import { readLinePattern } from '../../../lambda/search/line-pattern.ts';

describe('an expression with a line break', () => {
  it.each([
    String.raw`alpha\nBETA`,
    String.raw`alpha\r?\n`,
    String.raw`(?m)^alpha$\n^BETA`,
    String.raw`(ab)\n+`,
    String.raw`[x]\\\n`,
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
  ])('is taken where a line alone can match: %s', (query) => {
    expect(needsLineBreak(query)).toBe(false);
  });
});
