import { createXlsx, escapeXml } from './office.ts';
import { createPdf } from './pdf.ts';

/** Makes a PDF of so many pages of 40 lines, the first of which tells the number of the page. */
export function createLongPdf(pages: number): Uint8Array {
  return createPdf(
    Array.from({ length: pages }, (_, page) => [
      `Page ${page + 1} of ${pages}`,
      ...Array.from(
        { length: 39 },
        (_, line) => `Line ${line + 2}: what the report says, item ${page * 39 + line}.`,
      ),
    ]),
  );
}

const cities = ['Aachen', 'Bern', 'Córdoba', 'Delft', 'Évora', 'Freiburg', 'Genève', 'Halle'];

/**
 * Makes a workbook as a program exports one: so many rows of ten columns under a head, with texts that are shared,
 * numbers, dates, a formula with its value, and the places and styles that Excel writes with each cell.
 */
export function createLargeXlsx(rows: number): Uint8Array {
  const texts = [
    ...heads,
    ...cities,
    ...Array.from({ length: rows }, (_, row) => `Customer ${toNoise(row) % 100_000}`),
  ];
  const lines = [
    `<row r="1" spans="1:10">${heads.map((_, column) => toTextCell(1, column, column)).join('')}</row>`,
  ];
  for (let row = 0; row < rows; row += 1) lines.push(toRow(row));
  return createXlsx({ Orders: lines.join('') }, { texts });
}

const heads = ['Order', 'Customer', 'City', 'Date', 'Units', 'Price', 'Discount', 'Total', 'Paid', 'Note'];

function toRow(row: number): string {
  const number = row + 2;
  const noise = toNoise(row);
  const [units, price] = [1 + (noise % 40), (noise % 99_991) / 100];
  const cells = [
    toNumberCell(number, 0, 1_000_000 + row),
    toTextCell(number, 1, heads.length + cities.length + row),
    toTextCell(number, 2, heads.length + (noise % cities.length)),
    toNumberCell(number, 3, 40_000 + (noise % 6_000), ' s="1"'),
    toNumberCell(number, 4, units),
    toNumberCell(number, 5, price),
    toNumberCell(number, 6, (noise % 20) / 100),
    `<c r="H${number}"><f>E${number}*F${number}*(1-G${number})</f><v>${(units * price).toFixed(2)}</v></c>`,
    `<c r="I${number}" t="b"><v>${noise % 2}</v></c>`,
    `<c r="J${number}" t="inlineStr"><is><t>${escapeXml(`ref ${noise.toString(36)}`)}</t></is></c>`,
  ];
  return `<row r="${number}" spans="1:10" x14ac:dyDescent="0.25">${cells.join('')}</row>`;
}

function toTextCell(row: number, column: number, text: number): string {
  return `<c r="${String.fromCharCode(65 + column)}${row}" t="s"><v>${text}</v></c>`;
}

function toNumberCell(row: number, column: number, value: number, style = ''): string {
  return `<c r="${String.fromCharCode(65 + column)}${row}"${style}><v>${value}</v></c>`;
}

/** Numbers without an order, the same at every run (a multiplicative hash, Knuth volume 3 section 6.4). */
function toNoise(row: number): number {
  return Math.imul(row + 1, 2_654_435_761) >>> 0;
}
