import { deflateRawSync, deflateSync } from 'node:zlib';
import { documentLimits } from '../../../lambda/documents/limits.ts';
import { createDocumentReader } from '../../../lambda/documents/session.ts';
import { searchFiles } from '../../../lambda/tools/search-files.ts';
import { createLargeXlsx } from '../../support/documents/large.ts';
import { createDocx, createXlsx, wordParagraph } from '../../support/documents/office.ts';
import { createPdf, createPdfOfObjects } from '../../support/documents/pdf.ts';
import { failDocument, readDocument } from '../../support/documents/read.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import { runTool } from '../../support/run-tool.ts';
import '../../support/documents/patience.ts';

const mebibyte = 1024 * 1024;
const bodyStart = '<?xml version="1.0"?><w:document xmlns:w="w"><w:body>';

/** A Word document of these bytes, packed as they are. */
const createPackedDocx = (xml: Uint8Array) =>
  createDocx('', { 'word/document.xml': { content: 'x', packed: deflateRawSync(xml) } });

/** A Word document of one paragraph that is longer than the heap of the thread. */
function createLongParagraph(): Uint8Array {
  const words = Array.from({ length: 60 }, (_, index) => `слово${index * 7_919} `).join('');
  const text = words.repeat(Math.floor((200 * mebibyte) / Buffer.byteLength(words)));
  return createPackedDocx(Buffer.from(`${bodyStart}<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`));
}

/** A PDF whose one page unpacks to so many MiB of blanks. */
function createPdfBomb(size: number): Uint8Array {
  const packed = deflateSync(Buffer.alloc(size * mebibyte, ' ')).toString('latin1');
  return createPdfOfObjects(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>',
      `<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n${packed}\nendstream`,
    ],
    '/Root 1 0 R',
  );
}

const source = (content: Uint8Array) => ({
  size: content.length,
  read: async (start: number, length: number) => content.slice(start, start + length),
});

describe('a document that needs too much memory', () => {
  const sentence = 'it needs more memory than a document is given';

  it.each([
    ['of the heap', 'a.docx', createLongParagraph],
    ['outside of the heap', 'a.pdf', () => createPdfBomb(600)],
  ])('%s is a sentence, and the next one is read', async (_, name, create) => {
    expect(await failDocument(name, create(), { offset: 1 })).toBe(
      `"${name}" cannot be read as text: ${sentence}; create_download_url gives it as it is`,
    );
    const { text } = await readDocument('b.docx', createDocx(wordParagraph('whole')));
    expect(text).toBe('whole\n');
  });

  it('is told among the files of a search, of which the others are searched', async () => {
    const files = {
      'a.docx': createLongParagraph(),
      'b.docx': createDocx(wordParagraph('needle')),
      'c.txt': 'needle',
    };
    const answer = await runTool(searchFiles, { query: 'needle' }, createMemoryFileStore({ files }));
    expect('content' in answer && answer.content[0]).toEqual({
      type: 'text',
      text:
        'b.docx:1: needle\nc.txt:1: needle\n' +
        '[not searched: 1 not readable as text (read_file says why): a.docx]',
    });
  });
});

describe('a document that takes too long', () => {
  it('is ended in an endless loop, while this thread goes on', async () => {
    const endless = new URL('../../support/documents/endless-worker.ts', import.meta.url);
    const reader = createDocumentReader(200, endless);
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);
    const opening = reader.open(source(createPdf([['x']])), 'a.pdf');
    await expect(opening).rejects.toThrow('reading it took too long and was ended');
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
    await reader.close();
  });

  it('is a sentence, or what was read until then', async () => {
    const paragraph = `<w:p><w:r><w:t>${'word '.repeat(40)}</w:t></w:r></w:p>`;
    const long = createPackedDocx(
      Buffer.from(bodyStart + paragraph.repeat((200 * mebibyte) / paragraph.length)),
    );
    const patience = documentLimits.milliseconds;
    Object.assign(documentLimits, { milliseconds: 400 });
    try {
      expect(await failDocument('a.docx', long, { offset: 90_000_000 })).toBe(
        '"a.docx" cannot be read as text: reading it took too long and was ended; create_download_url gives it as it is',
      );
      const { text, facts } = await readDocument('a.docx', long, { tail: 1 });
      expect(text).toMatch(/^word /);
      expect(facts.truncated).toBe(true);
      expect(facts.note).toContain('reading it took too long and was ended');
    } finally {
      Object.assign(documentLimits, { milliseconds: patience });
    }
  });
});

describe('a document that is damaged', () => {
  it.each([
    [
      'within a part',
      createDocx('', { 'word/document.xml': { content: 'x', packed: Buffer.from('no deflate stream') } }),
      'it is cut short or damaged: its part word/document.xml does not unpack',
    ],
    [
      'at its end',
      createDocx(wordParagraph('x')).subarray(0, -30),
      'it is cut short or damaged: the directory of the archive is missing',
    ],
  ])('%s is answered by a sentence where lines are asked for', async (_, content, reason) => {
    expect(await failDocument('a.docx', content, { head: 10 })).toBe(
      `"a.docx" cannot be read as text: ${reason}; create_download_url gives it as it is`,
    );
  });

  it('in a way that a reader of a format did not expect is a sentence too', async () => {
    const failing = new URL('../../support/documents/failing-worker.ts', import.meta.url);
    const reader = createDocumentReader(60_000, failing);
    const opening = reader.open(source(createPdf([['x']])), 'a.pdf');
    await expect(opening).rejects.toThrow('it is damaged, or not what it says it is');
    await reader.close();
  });
});

describe('a sheet of 100,000 rows', () => {
  it('is read to its last row, whose columns are those of the first', async () => {
    const book = createLargeXlsx(100_000);
    const first = await readDocument('a.xlsx', book, { limit: 2 });
    expect(first.text.split('\n')[0]).toBe('Order,Customer,City,Date,Units,Price,Discount,Total,Paid,Note');
    const { text, facts } = await readDocument('a.xlsx', book, { offset: 100_001 });
    expect(text).toMatch(
      /^1099999,Customer \d+,[^,]+,\d{4}-\d\d-\d\d,\d+,[\d.]+,[\d.]+,[\d.]+,(TRUE|FALSE),ref \w+\n$/,
    );
    expect(facts).toMatchObject({ first_line: 100_001, last_line: 100_001, total_lines: 100_001 });
  });

  // Some programs write no places of cells, and many columns that hold the same: 155 times its packed size.
  it('is read where its cells are alike', async () => {
    const cells = '<c t="inlineStr"><is><t>no</t></is></c>'.repeat(20);
    const row = (_: unknown, index: number) => `<row><c><v>${index + 1}</v></c>${cells}</row>`;
    const sheet = Array.from({ length: 30_000 }, row).join('');
    const book = createXlsx({ A: sheet });
    expect(sheet.length).toBeGreaterThan(documentLimits.ratioBytes);
    expect(sheet.length / book.length).toBeGreaterThan(150);
    const { text } = await readDocument('a.xlsx', book, { offset: 30_000 });
    expect(text).toBe(`30000${',no'.repeat(20)}\n`);
  });
});
