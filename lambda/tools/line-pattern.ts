import { compileExpression } from './regular-expression.ts';
import { ToolFailure } from './tool.ts';

/** The longest query in characters; 1 KiB of UTF-8 holds any of them. */
export const maxQueryLength = 256;

/** What a line is searched for. */
export interface LinePattern {
  isIn(text: string): boolean;
  /** Where it begins in a text that it is in. */
  indexIn(text: string): number;
}

/** How a query is read. */
export interface QueryOptions {
  /** The query is an RE2 expression instead of the text itself. */
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** Reads a query for single lines. Throws `ToolFailure` for one that is in no line or is no expression. */
export async function readLinePattern(
  query: string,
  { regex, caseSensitive }: QueryOptions,
): Promise<LinePattern> {
  if (query.includes('\n')) {
    throw new ToolFailure('the query holds a line break: search for one line, and read on with read_file');
  }
  if (!regex && caseSensitive) {
    return { isIn: (text) => text.includes(query), indexIn: (text) => text.indexOf(query) };
  }
  const expression = await compileExpression(regex ? query : quote(query), { caseSensitive });
  return { isIn: (text) => expression.test(text), indexIn };

  function indexIn(text: string): number {
    const matcher = expression.matcher(text);
    return matcher.find() ? matcher.start() : 0;
  }
}

function quote(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, String.raw`\$&`);
}
