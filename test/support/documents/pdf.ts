/** Makes a PDF of pages, each given as its lines of text; a page without lines has no text. */
export function createPdf(
  pages: readonly (readonly string[])[],
  {
    info = '/Title (The title) /Author (Alice) /CreationDate (D:20260102030405Z)',
  }: { readonly info?: string } = {},
): Uint8Array {
  // The pages come first and their contents after them, so that a test can see what is fetched for a page.
  const kids = pages.map((_, index) => `${4 + index} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...pages.map(
      (_, index) =>
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${4 + pages.length + index} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    ),
    ...pages.map((lines) => {
      const content = toContent(lines);
      return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
    }),
    `<< ${info} >>`,
  ];
  return createPdfOfObjects(objects, `/Root 1 0 R /Info ${objects.length} 0 R`);
}

/** Makes a PDF of objects, numbered from 1, with a table of their offsets. */
export function createPdfOfObjects(objects: readonly string[], trailer: string): Uint8Array {
  const places: number[] = [];
  let text = '%PDF-1.7\n';
  objects.forEach((object, index) => {
    places.push(text.length);
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  });
  const start = text.length;
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`);
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`;
  text += `trailer\n<< /Size ${objects.length + 1} ${trailer} >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

function toContent(lines: readonly string[]): string {
  const shown = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj 0 -14 Td`);
  return lines.length === 0 ? '' : `BT /F1 12 Tf 72 720 Td ${shown.join(' ')} ET`;
}
