import type { FileFacts } from '../../files/file-store.ts';
import type { Encoding } from '../../text/characters.ts';
import { type DecodedText, decodeText } from '../../text/encoding.ts';
import type { ContentBlock } from '../tool.ts';
import { toFacts } from './file-facts.ts';

/** How much text an answer holds at most, besides its facts. */
export interface AnswerBudget {
  readonly maxTokens: number;
  /** UTF-8 bytes, and so at most as many characters. */
  readonly maxBytes: number;
  /** What a line takes besides its text. */
  readonly tokensPerLine: number;
}

/**
 * The text of an answer whose length the caller did not ask for. With the facts it stays below 10,000 tokens, from
 * which on Claude Code warns, and below 50,000 characters, above which it shows the first 2 KB only.
 */
export const ordinaryBudget: AnswerBudget = { maxTokens: 9_400, maxBytes: 48_000, tokensPerLine: 0 };

/** The text of an answer whose length the caller named: with the facts below the 25,000 tokens that clients take. */
export const largestBudget: AnswerBudget = { maxTokens: 22_500, maxBytes: 96_000, tokensPerLine: 0 };

/** The budget for lines with their numbers: a number of six digits and the tab behind it are three tokens. */
export function withNumbers(budget: AnswerBudget): AnswerBudget {
  return { ...budget, tokensPerLine: 3 };
}

/** What an answer says about a text besides the facts of its file. */
export interface TextFacts {
  /** Of the file, where it is not that of the piece. */
  readonly encoding?: Encoding;
  readonly first_line?: number;
  readonly last_line?: number;
  /** How many lines the file has; absent while that is unknown. */
  readonly total_lines?: number;
  /** The columns that are shown of each line, as `101-300`. */
  readonly columns?: string;
  /** The lines that go on behind these columns, at most 20 of them. */
  readonly cut_lines?: readonly number[];
  /** True when lines are missing that were asked for, or more lines follow. */
  readonly truncated: boolean;
  readonly next_offset?: number;
  readonly next_cursor?: string;
  readonly note?: string | undefined;
}

/** A piece of a text file. */
export interface TextPiece {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  /** The number of its first line, when each line is to begin with its number and a tab. */
  readonly numbered?: number | undefined;
}

/**
 * Answers a piece of a text file: the text as it is, byte order mark and line ends included, and what there
 * is to know about it as JSON. An empty text has no block, because the APIs of some models refuse an empty one.
 */
export function toTextAnswer(
  { bytes, encoding, numbered }: TextPiece,
  file: FileFacts,
  { note, ...more }: TextFacts,
): { text: ContentBlock[]; facts: ContentBlock } {
  const decoded = decodeText(bytes, encoding);
  // The mark tells the encoding, which the facts say here; of UTF-8 it is part of the text that edits have to match.
  const plain = encoding === 'utf-8' ? decoded.text : decoded.text.replace(/^\uFEFF/, '');
  const text = numbered === undefined ? plain : numberLines(plain, numbered);
  const notes = [...toNotes(file, decoded), ...(note === undefined ? [] : [note])];
  const facts = {
    ...toFacts(file),
    ...(decoded.encoding !== 'utf-8' && { encoding: decoded.encoding }),
    ...more,
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
  return {
    text: text === '' ? [] : [{ type: 'text', text }],
    facts: { type: 'text', text: JSON.stringify(facts) },
  };
}

function numberLines(text: string, first: number): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.map((line, index) => `${first + index}\t${line}`).join('');
}

function toNotes(file: FileFacts, { text, encoding, isRepaired }: DecodedText): string[] {
  return [
    ...(file.size === 0 ? ['the file is empty'] : []),
    ...(isRepaired
      ? [`not all of this is text: bytes that are not ${nameOf(encoding)} are shown as U+FFFD`]
      : []),
    ...(text.includes('\0') ? ['not all of this is text: it holds NUL characters'] : []),
    ...(encoding === 'utf-8' ? [] : [`decoded from ${nameOf(encoding)}, so that edit_file cannot change it`]),
  ];
}

function nameOf(encoding: DecodedText['encoding']): string {
  const names = {
    'utf-8': 'UTF-8',
    'utf-16le': 'UTF-16LE',
    'utf-16be': 'UTF-16BE',
    'windows-1252': 'Windows-1252',
  };
  return names[encoding];
}
