import { collectTexts, redact } from '../../../lambda/telemetry/redaction.ts';

describe('the redaction', () => {
  it.each([
    [
      'no access to arn:aws:s3:::b/files/notes/today.md',
      ['notes/today.md'],
      'no access to arn:aws:s3:::b/files/[redacted]',
    ],
    ['GET /b/files/my%20notes/today.md', ['my notes/today.md'], 'GET /b/files/[redacted]'],
    ['prefix=my%20notes%2Ftoday.md', ['my notes/today.md'], 'prefix=[redacted]'],
    ['the whole and the', ['whole', 'the whole'], '[redacted] and the'],
    ['twice, twice', ['twice'], '[redacted], [redacted]'],
    ['cannot read a at all', ['a'], 'cannot read [redacted] at all'],
    ['cannot read a.b or aXb', ['a.b'], 'cannot read [redacted] or aXb'],
    ['nothing of it', ['', 'else'], 'nothing of it'],
    ['half \ud800 a pair', ['\ud800'], 'half [redacted] a pair'],
  ])('makes of %j what is safe', (text, sent, expected) => {
    expect(redact(text, sent)).toBe(expected);
  });

  it('finds every text in a value, and no name of a property', () => {
    expect([...collectTexts({ path: 'a', edits: [{ old: 'b', new: null }, 'c', 7] })].sort()).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(collectTexts('a')).toEqual(['a']);
    expect(collectTexts(undefined)).toEqual([]);
  });

  it('looks into a value however deep it is', () => {
    let value: unknown = 'a';
    for (let depth = 0; depth < 100_000; depth += 1) value = [value];
    expect(collectTexts(value)).toEqual(['a']);
  });
});
