import type { FileFacts } from '../../files/file-store.ts';
import { isText } from '../../text/detection.ts';
import type { ContentBlock } from '../tool.ts';
import { toFacts } from './file-facts.ts';

/** The most text of one answer, in UTF-8 bytes: about 20,000 tokens, which is less than clients cut off. */
export const maxAnswerBytes = 64 * 1024;

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
