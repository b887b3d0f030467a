/** Writes a text with headings, lists and tables as lines of Markdown (CommonMark, with the tables of GFM). */
export interface MarkdownWriter {
  /** Begins a block of text; what was begun before ends. */
  begin(block?: Block): void;
  text(text: string): void;
  /** Ends the line, and not the block. */
  breakLine(): void;
  end(): void;
  beginTable(): void;
  beginRow(): void;
  beginCell(): void;
  endTable(): void;
  /** Takes the lines that are finished. */
  take(): string[];
}

/** A block of text. */
export interface Block {
  /** A heading of this level, from 1. */
  readonly heading?: number;
  /** An item of a list, with how deep it lies, from 0, and its number in an ordered list. */
  readonly item?: { readonly depth: number; readonly number?: number | undefined };
  /** Keeps white space as it is. */
  readonly isPreformatted?: boolean;
}

interface Table {
  rows: number;
  cells: string[];
  /** A table around another one is there for the layout, and its cells are ordinary text. */
  isLayout: boolean;
}

/** Creates a writer. It holds the lines that nobody took, and the row or block that is not finished. */
export function createMarkdown(): MarkdownWriter {
  const tables: Table[] = [];
  let lines: string[] = [];
  let block: Block | undefined;
  let written = '';
  let wasItem = false;
  let hasLines = false;

  function push(texts: readonly string[], isItem: boolean): void {
    if (hasLines && !(isItem && wasItem)) lines.push('');
    lines.push(...texts);
    hasLines = true;
    wasItem = isItem;
  }

  /** The table whose cells are collected. */
  const table = () => {
    const innermost = tables.at(-1);
    return innermost?.isLayout === false ? innermost : undefined;
  };

  function end(): void {
    const { heading, item, isPreformatted = false } = block ?? {};
    const text = isPreformatted ? written.replace(/^\n+|\s+$/g, '') : tidy(written);
    const collecting = table();
    block = undefined;
    written = '';
    if (text === '') return;
    if (collecting && collecting.cells.length > 0) {
      const cell = collecting.cells.pop() ?? '';
      collecting.cells.push(cell === '' ? text : `${cell} ${text}`);
    } else if (item) {
      const mark = item.number === undefined ? '-' : `${item.number}.`;
      const indent = '  '.repeat(Math.min(item.depth, 12));
      push([`${indent}${mark} ${text.replaceAll('\n', ' ')}`], true);
    } else if (heading !== undefined) {
      push([`${'#'.repeat(Math.min(heading, 6))} ${text.replaceAll('\n', ' ')}`], false);
    } else {
      const written = text.split('\n');
      push(isPreformatted ? ['```', ...written, '```'] : written, false);
    }
  }

  function endRow(): void {
    end();
    const open = table();
    if (!open || open.cells.length === 0) return;
    const row = toRow(open.cells);
    if (open.rows > 0) lines.push(row);
    else push([row, toRow(open.cells.map(() => '---'))], false);
    wasItem = false;
    open.rows += 1;
    open.cells = [];
  }

  return {
    begin(next = {}) {
      end();
      block = next;
    },
    text(text) {
      written += text;
    },
    breakLine() {
      written += '\n';
    },
    end,
    beginTable() {
      end();
      const outer = table();
      if (outer) {
        const cells = outer.cells.filter((cell) => cell !== '');
        outer.isLayout = true;
        outer.cells = [];
        for (const cell of cells) push([cell], false);
      }
      tables.push({ rows: 0, cells: [], isLayout: false });
    },
    beginRow: endRow,
    beginCell() {
      end();
      table()?.cells.push('');
    },
    endTable() {
      endRow();
      tables.pop();
    },
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}

/** Runs of white space are one space, line ends stay. */
function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .join('\n')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\s+/g, ' ').replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
