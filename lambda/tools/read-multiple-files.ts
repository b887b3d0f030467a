import * as z from 'zod';
import { isOfPdf } from '../documents/kind.ts';
import { toFairShares } from '../files/fair-shares.ts';
import { readFilePath } from '../files/file-path.ts';
import type { FileRange } from '../files/file-store.ts';
import { inOrder } from '../search/in-order.ts';
import type { Encoding } from '../text/characters.ts';
import { estimateTokensOf } from '../text/token-fit.ts';
import { countLines, type LastLines, type TextWindow, takeLastLines, takeWindow } from '../text/window.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toFacts } from './answer/file-facts.ts';
import { nameNearestOf, toToolFailure } from './answer/file-failure.ts';
import {
  alignUnits,
  describeLastLines,
  describeWindow,
  findEncodingOf,
  findLineNumber,
  type Reading,
  readInTime,
  toLastRange,
} from './answer/read-lines.ts';
import { type AnswerBudget, ordinaryBudget, toTextAnswer, withNumbers } from './answer/text-answer.ts';
import { pathInput } from './input/path-input.ts';
import { type ContentBlock, defineTool, type ToolContext } from './tool.ts';

/** How many files are read at the same time. */
const width = 8;

const maxFiles = 20;

/** What the facts of one file take of the tokens of an answer. */
const tokensOfFacts = 160;

const count = z.number().int().min(1);

/** A file, and which of its lines are wanted. */
const wantedFile = z.strictObject({
  path: pathInput,
  offset: count.optional(),
  limit: count.max(100_000).optional(),
  tail: count.max(100_000).optional(),
});

type WantedFile = z.infer<typeof wantedFile>;

/** Lines of a text file, as many as all of an answer holds. */
interface Lines {
  readonly kind: 'lines';
  readonly range: FileRange;
  readonly encoding: Encoding;
  readonly window: TextWindow;
  readonly target: number;
  readonly maxLines: number;
}

/** The last lines of a text file, as many as all of an answer holds, and the range they were taken from. */
interface Tail {
  readonly kind: 'last';
  readonly range: FileRange;
  readonly encoding: Encoding;
  readonly last: LastLines;
  readonly maxLines: number;
}

/** What came of one file. */
type Part =
  | Lines
  | Tail
  | { readonly kind: 'binary'; readonly range: FileRange }
  | { readonly kind: 'failed'; readonly path: string; readonly error: string; readonly outage?: unknown };

/** Reads lines of several text files. */
export const readMultipleFiles = defineTool({
  name: 'read_multiple_files',
  title: 'Read several files',
  description:
    'Read up to 20 text files at once, in the order you ask. Each is answered as its facts in JSON and then its ' +
    'text, or with an error in its place. Together they get about 10,000 tokens: a file that does not fit is ' +
    'truncated, and read_file with offset next_offset goes on.',
  input: z.strictObject({
    paths: z.array(pathInput).min(1).max(maxFiles).optional().describe('Files to read from their start'),
    files: z
      .array(wantedFile)
      .min(1)
      .max(maxFiles)
      .optional()
      .describe('Files with offset and limit, or tail: [{"path":"a.log","tail":20}]'),
    line_numbers: z.boolean().default(false).describe('Begin each line with its number and a tab'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ paths = [], files: windows = [], line_numbers: isNumbered }, context) {
    const wanted = [...paths.map((path) => ({ path })), ...windows];
    if (wanted.length === 0 || wanted.length > maxFiles) {
      throw new ToolFailure(`name 1 to ${maxFiles} files, by paths or by files`);
    }
    const { files, principal, time } = context;
    return readEach(wanted, { files, principal, time }, isNumbered);
  },
});

/** How the files are read, and for whom. */
type ReadingFor = Omit<Reading, 'versionId'> & Pick<ToolContext, 'principal'>;

/** Reads the files side by side, and shares one answer among them. What is late by `time` is told in its place. */
export async function readEach(
  wanted: readonly WantedFile[],
  reading: ReadingFor,
  isNumbered: boolean,
): Promise<{ content: ContentBlock[] }> {
  const budget = isNumbered ? withNumbers(ordinaryBudget) : ordinaryBudget;
  const parts: Part[] = [];
  for await (const part of inOrder(wanted, width, (one) => readPart(one, budget, reading))) parts.push(part);
  requireSome(parts);
  const budgets = toBudgets(parts, budget);
  const content: ContentBlock[] = [];
  for (const [index, part] of parts.entries()) {
    content.push(...(await toBlocks(part, budgets[index], isNumbered)));
  }
  return { content };
}

/** What failed is answered in its place, also an outage, which the other files need not share. */
async function readPart(file: WantedFile, budget: AnswerBudget, reading: ReadingFor): Promise<Part> {
  const { path } = file;
  const late = 'the time was over before it was read: ask for it again, with fewer files';
  if (reading.time.isOver()) return { kind: 'failed', path, error: late, outage: new Error('no time') };
  try {
    return await readText(file, budget, reading);
  } catch (error) {
    const failure = toToolFailure(error);
    if (failure instanceof ToolFailure) {
      const nearest = await nameNearestOf(error, { ...reading, signal: reading.time.signal });
      return { kind: 'failed', path, error: failure.message + nearest };
    }
    if (reading.time.isGivenUp()) return { kind: 'failed', path, error: late, outage: error };
    if (reading.time.signal.aborted) throw error;
    return { kind: 'failed', path, error: 'the file store cannot answer: try again', outage: error };
  }
}

async function readText(
  { path, offset, limit, tail }: WantedFile,
  budget: AnswerBudget,
  reading: Reading,
): Promise<Part> {
  if (tail !== undefined && (offset ?? limit) !== undefined) {
    throw new ToolFailure('tail excludes offset and limit: leave it or them out');
  }
  const { files, time } = reading;
  const asked = tail === undefined ? { start: 0, length: budget.maxBytes } : toLastRange(budget);
  const range = await files.read(readFilePath(path), { ...asked, signal: time.signal });
  const encoding = await findEncodingOf(range, reading);
  // The source of a PDF tells a model nothing.
  const isPdf = isOfPdf(range.facts.path, range.start, range.bytes);
  if (encoding === undefined || isPdf) return { kind: 'binary', range };
  if (tail !== undefined) {
    const aligned = alignUnits(range, encoding);
    const last = takeLastLines(aligned.bytes, { maxLines: tail, ...budget, encoding });
    return { kind: 'last', range: aligned, encoding, last, maxLines: tail };
  }
  const [target, maxLines] = [offset ?? 1, limit ?? Number.POSITIVE_INFINITY];
  const bounds = { line: target, maxLines, ...budget, encoding, size: range.facts.size };
  const window = await takeWindow(readInTime(range, reading), { line: 1, byte: 0 }, bounds);
  // Tells of an offset beyond the end here, where it is the failure of this file.
  describeWindow(window, range, target, 'read_file');
  return { kind: 'lines', range, encoding, window, target, maxLines };
}

/** Throws the outage that is one of all files. */
function requireSome(parts: readonly Part[]): void {
  const outages = parts.flatMap((one) => ('outage' in one ? [one.outage] : []));
  if (outages.length === parts.length) throw outages[0];
}

/** Shares one answer among the texts; `undefined` for a text that has room whole. */
function toBudgets(parts: readonly Part[], budget: AnswerBudget): (AnswerBudget | undefined)[] {
  const { maxTokens, maxBytes, tokensPerLine } = budget;
  const texts = parts.map((part) => {
    if (part.kind === 'lines') return { bytes: part.window.bytes, encoding: part.encoding };
    if (part.kind === 'last') return { bytes: part.last.bytes, encoding: part.encoding };
    return { bytes: new Uint8Array(), encoding: 'utf-8' as const };
  });
  const tokens = texts.map(({ bytes, encoding }) => estimateTokensOf(bytes, { encoding, tokensPerLine }));
  const sizes = texts.map(({ bytes }) => bytes.length);
  const tokenShares = toFairShares(tokens, maxTokens - parts.length * tokensOfFacts);
  const byteShares = toFairShares(sizes, maxBytes);
  return parts.map((_, index) => {
    const share = { maxTokens: tokenShares[index] ?? 0, maxBytes: byteShares[index] ?? 0 };
    const isWhole = share.maxTokens === tokens[index] && share.maxBytes === sizes[index];
    return isWhole ? undefined : { ...share, tokensPerLine };
  });
}

async function toBlocks(
  part: Part,
  budget: AnswerBudget | undefined,
  isNumbered: boolean,
): Promise<ContentBlock[]> {
  switch (part.kind) {
    case 'lines':
      return toLineBlocks(part, budget, isNumbered);
    case 'last':
      return toLastBlocks(part, budget, isNumbered);
    case 'binary':
      return [
        toJsonBlock({
          ...toFacts(part.range.facts),
          note: 'not text: call read_file for it alone, which reads documents too',
        }),
      ];
    case 'failed':
      return [toJsonBlock({ path: part.path, error: part.error })];
  }
}

async function toLineBlocks(
  { range, encoding, window, target, maxLines }: Lines,
  budget: AnswerBudget | undefined,
  isNumbered: boolean,
): Promise<ContentBlock[]> {
  const { facts: file } = range;
  const { start, bytes } = window;
  const line = { line: start.line, maxLines, encoding, size: file.size };
  const shown = budget ? await takeWindow([bytes], start, { ...line, ...budget }) : window;
  const piece = { bytes: shown.bytes, encoding, ...(isNumbered && { numbered: start.line }) };
  const { text, facts } = toTextAnswer(piece, file, describePart(shown, range, target));
  return [facts, ...text];
}

/** Here a line that is cut is read again from its start. */
function describePart(shown: TextWindow, range: FileRange, target: number) {
  const { size } = range.facts;
  if (shown.end.byte >= size || (shown.bytes.length === 0 && target > 1)) {
    return describeWindow(shown, range, target, 'read_file with this offset');
  }
  const lines = shown.bytes.length > 0 && { first_line: shown.start.line, last_line: shown.lastLine };
  return { ...lines, truncated: true, next_offset: shown.end.line, note: 'go on with read_file' };
}

async function toLastBlocks(
  { range, encoding, last: whole, maxLines }: Tail,
  budget: AnswerBudget | undefined,
  isNumbered: boolean,
): Promise<ContentBlock[]> {
  const shown = budget ? takeLastLines(whole.bytes, { maxLines, ...budget, encoding }) : whole;
  const last = { ...shown, isComplete: shown.isComplete && whole.isComplete };
  const first = await findLineNumber(range, last.bytes, encoding);
  const count = countLines(last.bytes, encoding);
  const piece = { bytes: last.bytes, encoding, ...(isNumbered && { numbered: first }) };
  const lines = { first, count, isWhole: true };
  const more = describeLastLines(lines, last, maxLines, 'read_file with tail reads');
  const { text, facts } = toTextAnswer(piece, range.facts, more);
  return [facts, ...text];
}

function toJsonBlock(facts: object): ContentBlock {
  return { type: 'text', text: JSON.stringify(facts) };
}
