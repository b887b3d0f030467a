import type { DocumentLine } from '../document.ts';
import { documentLimits } from '../limits.ts';

/** The most cells of one row, which is what Excel has. */
export const maxColumns = 16_384;

/** Collects the cells of rows and writes each row as a line of CSV (RFC 4180). */
export interface RowWriter {
  /** Begins the row of this number, from 1. */
  begin(number: number): void;
  /** Puts a text into the cell of this column, from 0. */
  cell(column: number, text: string): void;
  /** Ends the row; an empty one has no line. */
  end(): void;
  take(): DocumentLine[];
}

/**
 * Creates a writer. Every line begins at column A, so that a cell is found by counting; line ends within a cell are
 * spaces, so that a row is one line.
 */
export function createRowWriter(): RowWriter {
  let lines: DocumentLine[] = [];
  let cells: string[] = [];
  let number = 0;
  return {
    begin(row) {
      number = row;
      cells = [];
    },
    cell(column, text) {
      if (column >= maxColumns || text === '') return;
      while (cells.length < column) cells.push('');
      cells[column] = text;
    },
    end() {
      if (cells.length > 0) lines.push({ number, text: cut(cells.map(toField).join(',')) });
      cells = [];
    },
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}

function toField(text: string): string {
  const line = text.replace(/\s*[\r\n]+\s*/g, ' ');
  return /[",]|^\s|\s$/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

function cut(text: string): string {
  const { lineCharacters } = documentLimits;
  return text.length <= lineCharacters ? text : `${text.slice(0, lineCharacters).toWellFormed()}…`;
}

/** The column of a cell's name, from 0: that of `AB12` is 27. Undefined for a name that is none. */
export function readColumn(name: string): number | undefined {
  const [, letters] = /^([A-Z]{1,3})\d+$/.exec(name) ?? [];
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** The column, from 0, in which a character of a line of CSV stands. */
export function findColumn(line: string, index: number): number {
  let column = 0;
  let isQuoted = false;
  for (const character of line.slice(0, index)) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === ',' && !isQuoted) column += 1;
  }
  return column;
}

/** The letters of a column, from 0. */
export function toColumn(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : toColumn(Math.floor(column / 26) - 1) + letter;
}
