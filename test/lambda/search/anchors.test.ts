import { RE2JS } from 're2js';
import { toPieceExpression } from '../../../lambda/search/anchors.ts';

const ends = (startsLine: boolean, endsLine: boolean) => ({ startsLine, endsLine });

describe('an expression for a piece of a line', () => {
  it.each([
    ['^foo', 'foo', [true, true, false, false]],
    [String.raw`\Afoo`, 'foo', [true, true, false, false]],
    ['foo$', 'foo', [true, false, true, false]],
    [String.raw`foo\z`, 'foo', [true, false, true, false]],
    ['^foo$|x', 'foo', [true, false, false, false]],
    ['(?m)(?:^|x)foo', 'foo', [true, true, false, false]],
    ['f^*oo$*', 'foo', [true, true, true, true]],
    [String.raw`\^\$`, '^$', [true, true, true, true]],
    [String.raw`\\$`, '\\', [true, false, true, false]],
    [String.raw`\Q^$\E`, '^$', [true, true, true, true]],
    [String.raw`\Q^$`, '^$', [true, true, true, true]],
    ['[$^][$]', '^$', [true, true, true, true]],
    ['[]$]', '$', [true, true, true, true]],
    ['[^]$]', 'a', [true, true, true, true]],
    [String.raw`[\]$]`, '$', [true, true, true, true]],
    ['[[:^alpha:]$]x', '$x', [true, true, true, true]],
    [String.raw`\p{^Greek}$`, 'a', [true, false, true, false]],
  ])('%s keeps in %j only the anchors of the ends that the piece has', (expression, text, found) => {
    const whole = [ends(true, true), ends(true, false), ends(false, true), ends(false, false)];
    expect(whole.map((piece) => RE2JS.compile(toPieceExpression(expression, piece)).test(text))).toEqual(
      found,
    );
  });
});
