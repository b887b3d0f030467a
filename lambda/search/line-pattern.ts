import { ToolFailure } from '../tool-failure.ts';
import { type LineEnds, toPieceExpression } from './anchors.ts';
import { canSpanLines, needsLineBreak } from './line-break.ts';
import { compileExpression, type RegularExpression } from './regular-expression.ts';

/** The longest query, in characters: at most 1 KiB of UTF-8. */
export const maxQueryLength = 256;

/** What is searched for in a line, or in a piece of one. */
export interface LinePattern {
  /** True when a match may need more of a line than one piece: its ends, or more than 1 KiB. */
  readonly needsWholeLine: boolean;
  /** True when it is written to match across lines, which is not searched for. */
  readonly canSpanLines: boolean;
  isIn(text: string, ends: LineEnds): boolean;
  /** Where the match starts in a text that has one. */
  indexIn(text: string, ends: LineEnds): number;
}

/** How a query is read. */
export interface QueryOptions {
  /** The query is an RE2 expression instead of the text itself. */
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** Reads a query. Throws `ToolFailure` for one that no single line can match, or that is not a valid expression. */
export async function readLinePattern(
  query: string,
  { regex, caseSensitive }: QueryOptions,
): Promise<LinePattern> {
  if (query.includes('\n') || (regex && needsLineBreak(query))) {
    throw new ToolFailure('the query holds a line break: search for one line, and read on with read_file');
  }
  if (!query.isWellFormed()) {
    throw new ToolFailure('the query holds half of a character pair: send valid Unicode');
  }
  if (!regex && caseSensitive) {
    return {
      needsWholeLine: false,
      canSpanLines: false,
      isIn: (text) => text.includes(query),
      indexIn: (text) => text.indexOf(query),
    };
  }
  const find = await compileForPieces(regex ? query : quote(query), caseSensitive);
  return {
    needsWholeLine: regex,
    canSpanLines: regex && canSpanLines(query),
    isIn: (text, ends) => find(ends).test(text),
    indexIn(text, ends) {
      const matcher = find(ends).matcher(text);
      return matcher.find() ? matcher.start() : 0;
    },
  };
}

/** Compiles an expression for whole lines and for the pieces of long ones. */
async function compileForPieces(
  expression: string,
  caseSensitive: boolean,
): Promise<(ends: LineEnds) => RegularExpression> {
  const line = await compileExpression(expression, { caseSensitive });
  const first = await compile({ startsLine: true, endsLine: false });
  const middle = await compile({ startsLine: false, endsLine: false });
  const last = await compile({ startsLine: false, endsLine: true });

  async function compile(ends: LineEnds): Promise<RegularExpression> {
    const piece = toPieceExpression(expression, ends);
    return piece === expression ? line : compileExpression(piece, { caseSensitive });
  }

  return ({ startsLine, endsLine }) => (startsLine ? (endsLine ? line : first) : endsLine ? last : middle);
}

function quote(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, String.raw`\$&`);
}
