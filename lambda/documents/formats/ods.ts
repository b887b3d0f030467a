import type { Archive } from '../archive.ts';
import { DocumentFailure, type DocumentLine, type LineOptions, type OpenDocument } from '../document.ts';
import { type Attributes, createMarkupParser, type MarkupHandlers, readXml } from '../markup.ts';
import { createRowWriter, maxColumns, type RowWriter } from './csv.ts';
import { readOfficeFacts } from './office-facts.ts';

/** The most cells that one row is repeated to; the rest of a repetition is left out. */
const maxRepeatedCells = 50_000;

/**
 * Opens a workbook of OpenDocument (OASIS ODF 1.3 part 3): its sheets as CSV. Cells hold the values that were stored;
 * nothing is calculated.
 */
export async function openOds(archive: Archive): Promise<OpenDocument> {
  const sheets: string[] = [];
  let depth = 0;
  await readXml(archive.stream('content.xml'), {
    open(name, attributes) {
      if (name !== 'table') return;
      if (depth === 0) sheets.push(attributes['table:name'] ?? '');
      depth += 1;
    },
    close(name) {
      if (name === 'table') depth -= 1;
    },
  });
  if (sheets.length === 0) throw new DocumentFailure('it is a workbook without sheets');
  return {
    facts: {
      kind: 'ods',
      unit: 'sheet',
      count: sheets.length,
      sheets,
      ...(await readOfficeFacts(archive, 'meta.xml')),
    },
    lines: (sheet, options) => readSheet(archive, sheet, options),
  };
}

async function* readSheet(
  archive: Archive,
  sheet: number,
  { formulas }: LineOptions,
): AsyncGenerator<readonly DocumentLine[]> {
  const rows = createRowWriter();
  const handlers = createSheetHandlers(rows, sheet, formulas);
  const parser = createMarkupParser(handlers, { isXml: true });
  for await (const piece of archive.stream('content.xml')) {
    parser.write(piece);
    yield rows.take();
    if (handlers.isBehind()) return;
  }
  parser.end();
  yield rows.take();
}

interface Cell {
  readonly text: string;
  readonly repeated: number;
}

function createSheetHandlers(
  rows: RowWriter,
  sheet: number,
  showsFormulas: boolean,
): MarkupHandlers & { isBehind(): boolean } {
  let count = 0;
  let depth = 0;
  let row = 0;
  let repeated = 1;
  let cells: Cell[] = [];
  let cell: Attributes = {};
  let paragraphs: string[] = [];
  let isText = false;
  let skipping = 0;
  const isInside = () => count === sheet && depth === 1;

  function writeRow(): void {
    const isEmpty = cells.every(({ text }) => text === '');
    const width = cells.reduce((sum, cell) => sum + cell.repeated, 0);
    const times = isEmpty ? 0 : Math.min(repeated, Math.ceil(maxRepeatedCells / width));
    for (let index = 0; index < times; index += 1) {
      rows.begin(row + index + 1);
      let column = 0;
      for (const { text, repeated: width } of cells) {
        if (text !== '') for (let at = 0; at < width; at += 1) rows.cell(column + at, text);
        column += width;
      }
      rows.end();
    }
    row += repeated;
  }

  return {
    isBehind: () => count > sheet,
    open(name, attributes) {
      if (name === 'table') {
        if (depth === 0) count += 1;
        depth += 1;
      }
      if (!isInside()) return;
      if (name === 'annotation') skipping += 1;
      if (name === 'table-row') {
        repeated = toCount(attributes['table:number-rows-repeated']);
        cells = [];
      }
      if (name === 'table-cell' || name === 'covered-table-cell') {
        cell = attributes;
        paragraphs = [];
      }
      if (name === 'p' && skipping === 0) {
        isText = true;
        paragraphs.push('');
      }
    },
    text(text) {
      if (isText && skipping === 0) paragraphs.push((paragraphs.pop() ?? '') + text);
    },
    close(name) {
      if (name === 'annotation' && isInside()) skipping -= 1;
      if (name === 'p') isText = false;
      if (isInside() && (name === 'table-cell' || name === 'covered-table-cell')) {
        const width = Math.min(maxColumns, toCount(cell['table:number-columns-repeated']));
        cells.push({ text: toText(cell, paragraphs.join(' '), showsFormulas), repeated: width });
      }
      if (isInside() && name === 'table-row') writeRow();
      if (name === 'table') depth -= 1;
    },
  };
}

function toCount(text = '1'): number {
  return /^\d{1,9}$/.test(text) ? Math.max(1, Number(text)) : 1;
}

/** A formula is stored with the name of its language: `of:=SUM([.A1:.A2])`. */
function toText(cell: Attributes, shown: string, showsFormulas: boolean): string {
  const formula = cell['table:formula'];
  if (showsFormulas && formula !== undefined) return formula.replace(/^\w+:(?==)/, '');
  switch (cell['office:value-type']) {
    case 'float':
    case 'currency':
    case 'percentage':
      return cell['office:value'] ?? shown;
    case 'date':
      return (cell['office:date-value'] ?? shown).replace('T', ' ');
    case 'boolean':
      return (cell['office:boolean-value'] ?? shown).toUpperCase();
    default:
      return shown;
  }
}
