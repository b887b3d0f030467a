import type { RE2JS } from 're2js';
import { ToolFailure } from '../tool-failure.ts';

/** A compiled expression. Matching takes time linear in the length of the text for every expression (RE2). */
export type RegularExpression = Pick<RE2JS, 'test' | 'testExact' | 'matcher'>;

/** The most instructions that an expression may compile to: each can cost a step at every character. */
const maxProgramSize = 1_000;

/**
 * Compiles an expression in RE2's syntax. The engine is loaded by the first call, not when the function starts.
 * Throws `ToolFailure` for an invalid expression, and for one whose program is too large.
 */
export async function compileExpression(
  expression: string,
  { caseSensitive }: { caseSensitive: boolean },
): Promise<RegularExpression> {
  const { RE2JS, RE2JSException } = await import('re2js');
  const compiled = compile();
  if (compiled.programSize() <= maxProgramSize) return compiled;
  throw new ToolFailure(
    'the regular expression is too big: repeat less in it, for example ".*" for ".{500}"',
  );

  function compile(): RE2JS {
    try {
      return RE2JS.compile(expression, caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
    } catch (cause) {
      if (!(cause instanceof RE2JSException)) throw cause;
      throw new ToolFailure(
        `the regular expression is invalid (${cause.message}): use RE2 syntax, which has no lookaround and ` +
          'no backreferences, or leave regex out to search for the text as it is',
        { cause },
      );
    }
  }
}
