import { readLinePattern } from '../../../lambda/search/line-pattern.ts';
import { searchFiles } from '../../../lambda/tools/search-files.ts';

describe('letters beyond ASCII in an expression', () => {
  it.each([
    [String.raw`CAFÉ\b`, false],
    [String.raw`CAF\p{L} bar`, true],
  ])('%s finds "CAFÉ bar": %s', async (query, isFound) => {
    const pattern = await readLinePattern(query, { regex: true, caseSensitive: true });
    expect(pattern.isIn('CAFÉ bar', { startsLine: true, endsLine: true })).toBe(isFound);
  });

  it('are told of in the argument, with what to write', () => {
    expect(searchFiles.input.shape.regex.description).toContain(String.raw`\p{L} any letter`);
  });
});
