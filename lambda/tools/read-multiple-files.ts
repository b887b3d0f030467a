import * as z from 'zod';
import { toFairShares } from '../files/fair-shares.ts';
import { readFilePath } from '../files/file-path.ts';
import type { FileRange } from '../files/file-store.ts';
import { inOrder } from '../search/in-order.ts';
import type { Encoding } from '../text/characters.ts';
import { findEncoding } from '../text/encoding.ts';
import { estimateTokensOf } from '../text/token-fit.ts';
import { takeWindow } from '../text/window.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toFacts } from './answer/file-facts.ts';
import { toToolFailure } from './answer/file-failure.ts';
import { type AnswerBudget, ordinaryBudget, toTextAnswer } from './answer/text-answer.ts';
import { pathInput } from './input/path-input.ts';
import { type ContentBlock, defineTool, type ToolContext } from './tool.ts';

/** How many files are read at the same time. */
const width = 8;

/** What the facts of one file take of the tokens of an answer. */
const tokensOfFacts = 130;

/** What came of one path. */
type Beginning =
  | { readonly kind: 'text'; readonly range: FileRange; readonly encoding: Encoding }
  | { readonly kind: 'binary'; readonly range: FileRange }
  | { readonly kind: 'failed'; readonly path: string; readonly error: string; readonly outage?: unknown };

/** Reads the beginnings of several text files. */
export const readMultipleFiles = defineTool({
  name: 'read_multiple_files',
  title: 'Read several files',
  description:
    'Read up to 20 text files at once, in the order you ask. Each file is answered as its facts in JSON and ' +
    'then its text; one that cannot be read has an error there instead. Together they are given 64 KiB: a ' +
    'file that does not fit is truncated, and read_file with offset next_offset goes on.',
  input: z.strictObject({
    paths: z.array(pathInput).min(1).max(20).describe('1 to 20 files, for example ["notes/today.md"]'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ paths }, context) {
    const beginnings: Beginning[] = [];
    for await (const beginning of inOrder(paths, width, (path) => readBeginning(path, context))) {
      beginnings.push(beginning);
    }
    requireSome(beginnings);
    const budgets = toBudgets(beginnings);
    const content: ContentBlock[] = [];
    for (const [index, beginning] of beginnings.entries()) {
      content.push(...(await toBlocks(beginning, budgets[index] ?? ordinaryBudget)));
    }
    return { content };
  },
});

/** What failed is answered in its place, also an outage, which the other files need not share. */
async function readBeginning(path: string, { files, signal }: ToolContext): Promise<Beginning> {
  try {
    const range = await files.read(readFilePath(path), { start: 0, length: ordinaryBudget.maxBytes, signal });
    const encoding = findEncoding(range.bytes);
    return encoding === undefined ? { kind: 'binary', range } : { kind: 'text', range, encoding };
  } catch (error) {
    const failure = toToolFailure(error);
    if (failure instanceof ToolFailure) return { kind: 'failed', path, error: failure.message };
    if (signal.aborted) throw error;
    return { kind: 'failed', path, error: 'the file store cannot answer: try again', outage: error };
  }
}

/** Throws the outage that is one of all files. */
function requireSome(beginnings: readonly Beginning[]): void {
  const outages = beginnings.flatMap((one) => ('outage' in one ? [one.outage] : []));
  if (outages.length === beginnings.length) throw outages[0];
}

/** Shares one answer among the texts. */
function toBudgets(beginnings: readonly Beginning[]): AnswerBudget[] {
  const { maxTokens, maxBytes } = ordinaryBudget;
  const tokens = toFairShares(
    beginnings.map((one) => (one.kind === 'text' ? estimateTokensOf(one.range.bytes, one.encoding) : 0)),
    maxTokens - beginnings.length * tokensOfFacts,
  );
  const bytes = toFairShares(
    beginnings.map((one) => (one.kind === 'text' ? one.range.bytes.length : 0)),
    maxBytes,
  );
  return beginnings.map((_, index) => ({ maxTokens: tokens[index] ?? 0, maxBytes: bytes[index] ?? 0 }));
}

async function toBlocks(beginning: Beginning, budget: AnswerBudget): Promise<ContentBlock[]> {
  switch (beginning.kind) {
    case 'text':
      return toTextBlocks(beginning, budget);
    case 'binary':
      return [
        toJsonBlock({ ...toFacts(beginning.range.facts), note: 'not text: call read_file for it alone' }),
      ];
    case 'failed':
      return [toJsonBlock({ path: beginning.path, error: beginning.error })];
  }
}

async function toTextBlocks(
  { range: { facts: file, bytes }, encoding }: Extract<Beginning, { kind: 'text' }>,
  budget: AnswerBudget,
): Promise<ContentBlock[]> {
  const { size } = file;
  const bounds = { line: 1, maxLines: Number.POSITIVE_INFINITY, ...budget, encoding, size };
  const window = await takeWindow([bytes], { line: 1, byte: 0 }, bounds);
  const rest =
    window.end.byte >= size
      ? { total_lines: window.lastLine, truncated: false }
      : { truncated: true, next_offset: window.end.line, note: 'go on with read_file' };
  const { text, facts } = toTextAnswer(window.bytes, encoding, file, rest);
  return [facts, ...text];
}

function toJsonBlock(facts: object): ContentBlock {
  return { type: 'text', text: JSON.stringify(facts) };
}
