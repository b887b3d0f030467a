import * as z from 'zod';
import { isOfPdf } from '../documents/kind.ts';
import { readFilePath } from '../files/file-path.ts';
import { type FileRange, FileStoreError } from '../files/file-store.ts';
import { longestAnswer } from '../search/answer-room.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toBinaryAnswer } from './answer/binary-answer.ts';
import type { DocumentAnswer, DocumentReading, WantedDocument } from './answer/document-answer.ts';
import { toColumnsAnswer } from './answer/read-columns.ts';
import {
  findEncodingOf,
  lastPosition,
  linePosition,
  toLastLinesAnswer,
  toLastRange,
  toLinesAnswer,
} from './answer/read-lines.ts';
import { type AnswerBudget, largestBudget, ordinaryBudget, withNumbers } from './answer/text-answer.ts';
import { cursorInput, readCursor } from './input/cursor.ts';
import { pathInput } from './input/path-input.ts';
import { versionIdInput } from './input/version-input.ts';
import { defineTool } from './tool.ts';

const lines = z.number().int().min(1).max(100_000).optional();

/** How many columns are shown of a line when only the first of them is named. */
const ordinaryColumns = 2_000;

/** Reads one file: a window of its lines, or what else it is. */
export const readFile = defineTool({
  name: 'read_file',
  title: 'Read a file',
  description:
    'Read lines of a text file of any size, or of a PDF, Office file, HTML or mail as text: from the start, or by ' +
    'offset and limit, head, or tail. About 10,000 tokens come at once, up to 24,000 if you name a number of lines; ' +
    'next_offset or next_cursor goes on. Facts follow as JSON, with the etag for if_match. Images and sounds up to ' +
    '720 KiB come as such, other files as a link for 15 minutes.',
  input: z.strictObject({
    path: pathInput.describe('File, for example "notes/today.md"'),
    offset: z.number().int().min(1).optional().describe('First line, from 1'),
    limit: lines.describe('Lines from offset on; default as many as fit'),
    head: lines.describe('This many first lines'),
    tail: lines.describe('This many last lines; next_cursor reads those before'),
    line_numbers: z.boolean().default(false).describe('Begin each line with its number and a tab'),
    column: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('First column shown of each line, for very long ones'),
    columns: z.number().int().min(1).max(10_000).optional().describe('Columns shown of each line'),
    pages: z.string().max(20).optional().describe('Of a document: "3", "3-5" or "3-"'),
    sheet: z.string().max(100).optional().describe('Name or number; default the first'),
    formulas: z.boolean().optional().describe('Instead of values'),
    raw: z.boolean().optional().describe('Source of HTML or mail'),
    version_id: versionIdInput.optional().describe('From list_file_versions; default the present version'),
    cursor: cursorInput,
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  maxCharacters: longestAnswer,

  async run(
    { path, version_id: versionId, cursor, raw, pages, sheet, formulas, line_numbers: isNumbered, ...wanted },
    { files, signal, time },
  ) {
    requireOneWindow(wanted);
    const { offset = 1, limit, head, tail, column = 1, columns = ordinaryColumns } = wanted;
    const isInColumns = (wanted.column ?? wanted.columns) !== undefined;
    const file = readFilePath(path);
    const version = versionId !== undefined && { versionId };
    const source = { files, signal, ...version };
    const reading = { files, time, ...version };
    const query = {
      tool: 'read_file',
      path: file,
      version_id: versionId,
      tail,
      column: wanted.column,
      columns: wanted.columns,
    };
    const position = tail === undefined ? linePosition : lastPosition;
    const at = cursor === undefined ? undefined : await readCursor(cursor, query, position);
    const before = at && 'before' in at ? at : undefined;
    const from = at && 'byte' in at ? at : { line: 1, byte: 0, target: offset };
    const named = (limit ?? head ?? tail) === undefined ? ordinaryBudget : largestBudget;
    const budget = isNumbered ? withNumbers(named) : named;
    const range =
      tail === undefined
        ? { start: from.byte, length: budget.maxBytes }
        : toLastRange(budget, before?.before);
    const asked = { ...range, ...(at && { etag: at.etag }), signal: reading.time.signal };
    try {
      const first = await files.read(file, { ...asked, ...version });
      const encoding = at?.encoding ?? (await findEncodingOf(first, reading));
      const units = { pages, sheet, formulas };
      const mayBeDocument = encoding === undefined || listNames(units).length > 0 || isDocument(first);
      let reason: string | undefined;
      // A cursor was made in a text, and may stand where that is not told by so few bytes.
      if (cursor === undefined && !raw && mayBeDocument) {
        const answer = await readDocument(first, { wanted, units, budget }, source);
        if (answer.content) return { content: answer.content };
        reason = answer.reason;
      }
      if (encoding === undefined || (reason !== undefined && !isMarkup(file))) {
        requireNoLines(first, wanted);
        return await toBinaryAnswer(first, source, reason);
      }
      const shown = { budget, encoding, isNumbered, query };
      if (tail !== undefined) {
        const last = { before: before?.before, maxLines: before?.lines ?? tail };
        return await toLastLinesAnswer(first, { ...last, ...shown }, reading);
      }
      const maxLines = head ?? limit ?? Number.POSITIVE_INFINITY;
      const lines = { from, target: from.target, maxLines, ...shown };
      if (isInColumns) return await toColumnsAnswer(first, { ...lines, column, columns }, reading);
      return await toLinesAnswer(first, lines, reading);
    } catch (error) {
      throw explainChange(error);
    }
  },
});

type Wanted = Readonly<
  Partial<Record<'offset' | 'limit' | 'head' | 'tail' | 'column' | 'columns', number | undefined>>
>;
type Units = Pick<WantedDocument, 'pages' | 'sheet' | 'formulas'>;

function requireOneWindow({ offset, limit, head, tail, column, columns }: Wanted): void {
  requireOne({ ...(offset === undefined ? { limit } : { offset }), head, tail });
  requireOne({ tail, ...(column === undefined ? { columns } : { column }) });
}

function requireOne(groups: Wanted): void {
  const [one, other] = listNames(groups);
  if (other === undefined) return;
  throw new ToolFailure(`${one} and ${other} exclude each other: leave one of them out`);
}

function listNames(groups: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(groups).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/**
 * Answers a file as a document, or tells why it is read as something else. Throws `ToolFailure` where what is wanted
 * has a meaning in documents only, or none in this one.
 */
async function readDocument(
  first: FileRange,
  { wanted, units, budget }: { wanted: Wanted; units: Units; budget: AnswerBudget },
  source: DocumentReading,
): Promise<DocumentAnswer> {
  const { refuseDocument, toDocumentAnswer } = await import('./answer/document-answer.ts');
  const { column, columns, ...lines } = wanted;
  const answer = await toDocumentAnswer(first, { ...lines, ...units, budget }, source);
  const { facts } = first;
  if (answer.content) {
    const [name] = listNames({ column, columns });
    if (name === undefined) return answer;
    const instead = isMarkup(facts.path) ? ', or pass raw true' : '';
    throw new ToolFailure(
      `"${facts.path}" is read as a document, which has no columns: leave ${name} out${instead}`,
    );
  }
  const hasLines = answer.reason !== undefined && !isMarkup(facts.path) && listNames(wanted).length > 0;
  if (listNames(units).length > 0 || hasLines)
    throw refuseDocument(facts, answer.reason ?? 'it is no document');
  return answer;
}

function requireNoLines({ facts }: FileRange, wanted: Wanted): void {
  const [name] = listNames(wanted);
  if (name === undefined) return;
  throw new ToolFailure(
    `"${facts.path}" is ${facts.mediaType} and not text, so that ${name} cannot be: call read_file with the path alone`,
  );
}

/** Whether a file that can pass for text may be a document. */
function isDocument({ facts, start, bytes }: FileRange): boolean {
  return isMarkup(facts.path) || isOfPdf(facts.path, start, bytes);
}

function isMarkup(path: string): boolean {
  return /\.(x?html?|eml)$/i.test(path);
}

function explainChange(error: unknown): unknown {
  if (!(error instanceof FileStoreError && error.failure.code === 'conflict')) return error;
  const { path, etag } = error.failure;
  const message = `"${path}" changed meanwhile: its etag is now ${etag}; read it again without cursor`;
  return new ToolFailure(message, { cause: error });
}
