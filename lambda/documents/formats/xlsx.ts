import type { Archive } from '../archive.ts';
import { DocumentFailure, type DocumentLine, type LineOptions, type OpenDocument } from '../document.ts';
import { documentLimits } from '../limits.ts';
import { type Attributes, createMarkupParser, type MarkupHandlers, readXml } from '../markup.ts';
import { createRowWriter, type RowWriter, readColumn } from './csv.ts';
import { readOfficeFacts } from './office-facts.ts';
import { readRelationships } from './relationships.ts';

const workbookPart = 'xl/workbook.xml';

/** How the numbers of a workbook are shown. */
interface Formats {
  /** By the index of a cell's style: a date, a time of day, or neither. */
  readonly kinds: readonly ('date' | 'time' | undefined)[];
  /** Days count from 1904 instead of 1900. */
  readonly is1904: boolean;
}

/** What the sheets of a workbook share. */
interface Shared extends Formats {
  readonly texts: readonly string[];
}

/**
 * Opens a workbook of Excel (ECMA-376 part 1, SpreadsheetML): its sheets, hidden ones included, as CSV. Cells hold the
 * values that were stored; nothing is calculated.
 */
export async function openXlsx(archive: Archive): Promise<OpenDocument> {
  const parts = new Map((await readRelationships(archive, workbookPart)).map(({ id, part }) => [id, part]));
  const sheets: { name: string; part: string }[] = [];
  let is1904 = false;
  await readXml(archive.stream(workbookPart), {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
      const part = parts.get(attributes['r:id'] ?? '') ?? '';
      if (name === 'sheet' && archive.has(part)) sheets.push({ name: attributes.name ?? '', part });
    },
  });
  if (sheets.length === 0) throw new DocumentFailure('it is a workbook without sheets');
  const notes = archive.has('xl/vbaProject.bin') ? ['its macros are not read'] : [];
  let shared: Promise<Shared> | undefined;
  return {
    facts: {
      kind: 'xlsx',
      unit: 'sheet',
      count: sheets.length,
      sheets: sheets.map(({ name }) => name),
      ...(await readOfficeFacts(archive)),
      ...(notes.length > 0 && { notes }),
    },
    lines(sheet, options) {
      shared ??= readShared(archive, is1904);
      return readSheet(archive, sheets[sheet - 1]?.part ?? '', shared, options);
    },
  };
}

async function readShared(archive: Archive, is1904: boolean): Promise<Shared> {
  return { texts: await readTexts(archive), kinds: await readKinds(archive), is1904 };
}

async function readTexts(archive: Archive): Promise<readonly string[]> {
  const part = 'xl/sharedStrings.xml';
  const texts: string[] = [];
  if (!archive.has(part)) return texts;
  let size = 0;
  await readXml(
    archive.stream(part),
    createTextHandlers('si', (text) => {
      size += text.length + 16;
      if (size > documentLimits.partBytes) throw new DocumentFailure('the texts of its cells are too many');
      texts.push(text);
    }),
  );
  return texts;
}

/** Reads rich text, of which every run is a `t`; what says how to pronounce it is left out. */
function createTextHandlers(element: string, take: (text: string) => void): MarkupHandlers {
  let text = '';
  let isText = false;
  let isPhonetic = false;
  return {
    open(name) {
      if (name === element) text = '';
      if (name === 'rPh') isPhonetic = true;
      isText = name === 't' && !isPhonetic;
    },
    text(piece) {
      if (isText) text += piece;
    },
    close(name) {
      isText = false;
      if (name === 'rPh') isPhonetic = false;
      if (name === element) take(text);
    },
  };
}

/** The formats that need no definition (ECMA-376 part 1, section 18.8.30). */
const builtIn = new Map<number, 'date' | 'time'>([
  ...[14, 15, 16, 17, 22].map((id) => [id, 'date'] as const),
  ...[18, 19, 20, 21, 45, 46, 47].map((id) => [id, 'time'] as const),
]);

async function readKinds(archive: Archive): Promise<Formats['kinds']> {
  const part = 'xl/styles.xml';
  const kinds: ('date' | 'time' | undefined)[] = [];
  if (!archive.has(part)) return kinds;
  const defined = new Map(builtIn);
  let isCells = false;
  await readXml(archive.stream(part), {
    open(name, { numFmtId = '', formatCode = '' }) {
      if (name === 'cellXfs') isCells = true;
      const kind = toKind(formatCode);
      if (name === 'numFmt' && kind) defined.set(Number(numFmtId), kind);
      if (name === 'xf' && isCells) kinds.push(defined.get(Number(numFmtId)));
    },
    close(name) {
      if (name === 'cellXfs') isCells = false;
    },
  });
  return kinds;
}

/** Letters in quotes, brackets and behind a backslash are no parts of a date. */
function toKind(code: string): 'date' | 'time' | undefined {
  const letters = code.replace(/"[^"]*"|\[(?![hms]+\])[^\]]*\]|\\./gi, '');
  if (/[yd]/i.test(letters)) return 'date';
  return /[hs]/i.test(letters) ? 'time' : undefined;
}

async function* readSheet(
  archive: Archive,
  part: string,
  shared: Promise<Shared>,
  { formulas }: LineOptions,
): AsyncGenerator<readonly DocumentLine[]> {
  const rows = createRowWriter();
  const parser = createMarkupParser(createSheetHandlers(rows, await shared, formulas), { isXml: true });
  for await (const piece of archive.stream(part)) {
    parser.write(piece);
    yield rows.take();
  }
  parser.end();
  yield rows.take();
}

function createSheetHandlers(rows: RowWriter, shared: Shared, showsFormulas: boolean): MarkupHandlers {
  let row = 0;
  let column = -1;
  let cell: Attributes = {};
  let value = '';
  let formula = '';
  let taking: 'value' | 'formula' | undefined;
  let isPhonetic = false;
  return {
    open(name, attributes) {
      if (name === 'row') {
        row = Number(attributes.r) || row + 1;
        column = -1;
        rows.begin(row);
      }
      if (name === 'c') {
        cell = attributes;
        column = readColumn(attributes.r ?? '') ?? column + 1;
        value = '';
        formula = '';
      }
      if (name === 'rPh') isPhonetic = true;
      taking = name === 'f' ? 'formula' : name === 'v' || (name === 't' && !isPhonetic) ? 'value' : undefined;
    },
    text(text) {
      if (taking === 'value') value += text;
      if (taking === 'formula') formula += text;
    },
    close(name) {
      taking = undefined;
      if (name === 'rPh') isPhonetic = false;
      if (name === 'c') {
        const isShown = showsFormulas && formula !== '';
        rows.cell(column, isShown ? `=${formula}` : toText(value, cell, shared));
      }
      if (name === 'row') rows.end();
    },
  };
}

function toText(value: string, { t: type = 'n', s: style = '' }: Attributes, shared: Shared): string {
  if (type === 's') return shared.texts[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  const kind = type === 'n' && style !== '' ? shared.kinds[Number(style)] : undefined;
  return kind && value !== '' ? toTime(Number(value), kind, shared.is1904) : value;
}

/** Days since the last day of 1899, as Excel counts; it has a 29th of February 1900, which none of its dates is before. */
function toTime(days: number, kind: 'date' | 'time', is1904: boolean): string {
  const offset = is1904 ? 24_107 : 25_569;
  const milliseconds = Math.round((days - offset) * 86_400) * 1000;
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return String(days);
  const [day = '', time = ''] = date.toISOString().slice(0, 19).split('T');
  if (kind === 'time' && days < 1) return time;
  return time === '00:00:00' ? day : `${day} ${time}`;
}
