import * as fc from 'fast-check';
import { findOccurrences } from '../../../lambda/text/occurrences.ts';

describe('the occurrences of a part in a text', () => {
  it('are those that a search from one to the next finds', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'aa', 'ab', '😀'), { maxLength: 40 })
      .map((parts) => parts.join(''));
    const part = text.filter((candidate) => candidate !== '');
    await fc.assert(
      fc.asyncProperty(text, part, fc.integer({ min: 1, max: 5 }), async (whole, sought, max) => {
        const expected: number[] = [];
        for (let at = whole.indexOf(sought); at >= 0; at = whole.indexOf(sought, at + sought.length))
          expected.push(at);
        expect(findOccurrences(whole, sought, max)).toEqual(expected.slice(0, max));
      }),
      { numRuns: 3_000 },
    );
  });

  it('may overlap, if asked', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'ab', '😀'), { maxLength: 30 })
      .map((parts) => parts.join(''));
    const part = text.filter((candidate) => candidate !== '');
    await fc.assert(
      fc.asyncProperty(text, part, fc.integer({ min: 1, max: 5 }), async (whole, sought, max) => {
        const expected: number[] = [];
        for (let at = whole.indexOf(sought); at >= 0; at = whole.indexOf(sought, at + 1)) expected.push(at);
        expect(findOccurrences(whole, sought, max, { overlapping: true })).toEqual(expected.slice(0, max));
      }),
      { numRuns: 3_000 },
    );
  });

  it('are found in a text and of a part with which others take minutes', () => {
    const half = 'a'.repeat(100_000);
    expect(findOccurrences('a'.repeat(2 ** 22), `${half}b${half}`, 1)).toEqual([]);
  });
});
