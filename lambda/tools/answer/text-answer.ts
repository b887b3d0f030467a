import type { FileFacts } from '../../files/file-store.ts';
import { isText } from '../../text/detection.ts';
import type { ContentBlock } from '../tool.ts';
import { toFacts } from './file-facts.ts';

/** The most text of a listing, in UTF-16 units. */
export const maxAnswerBytes = 64 * 1024;

/** How much text an answer holds at most, besides its facts. */
export interface AnswerBudget {
  readonly maxTokens: number;
  /** UTF-8 bytes, and so at most as many characters. */
  readonly maxBytes: number;
}

/**
 * The text of an answer whose length the caller did not ask for. With the facts it stays below 10,000 tokens, from
 * which on Claude Code warns, and below 50,000 characters, above which it shows the first 2 KB only.
 */
export const ordinaryBudget: AnswerBudget = { maxTokens: 9_400, maxBytes: 48_000 };

/** The text of an answer whose length the caller named: with the facts below the 25,000 tokens that clients take. */
export const largestBudget: AnswerBudget = { maxTokens: 22_500, maxBytes: 96_000 };

/** What is told of a text besides the facts of its file. */
export interface TextFacts {
  readonly first_line?: number;
  readonly last_line?: number;
  /** How many lines the file has; absent while that is unknown. */
  readonly total_lines?: number;
  /** True when lines are missing that were asked for, or more lines follow. */
  readonly truncated: boolean;
  readonly next_offset?: number;
  readonly next_cursor?: string;
  readonly note?: string | undefined;
}

/**
 * Answers a piece of a text file: the text as it is, byte order mark and line ends included, and what there
 * is to know about it as JSON. An empty text has no block, because the APIs of some models refuse an empty one.
 */
export function toTextAnswer(
  bytes: Uint8Array,
  file: FileFacts,
  { note, ...more }: TextFacts,
): { text: ContentBlock[]; facts: ContentBlock } {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const isExact = isText(bytes, { start: false, end: false });
  const notes = [
    ...(file.size === 0 ? ['the file is empty'] : []),
    ...(isExact ? [] : ['not all of this is text: bytes that are not UTF-8 are shown as U+FFFD']),
    ...(note === undefined ? [] : [note]),
  ];
  const facts = { ...toFacts(file), ...more, ...(notes.length > 0 && { note: notes.join('; ') }) };
  return {
    text: text === '' ? [] : [{ type: 'text', text }],
    facts: { type: 'text', text: JSON.stringify(facts) },
  };
}
