import { getFileInfo } from '../../../lambda/tools/get-file-info.ts';
import { createXlsx } from '../../support/documents/office.ts';
import { createPdf } from '../../support/documents/pdf.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import { runTool } from '../../support/run-tool.ts';
import '../../support/documents/patience.ts';

async function tell(path: string, content: string | Uint8Array) {
  const memory = createMemoryFileStore({ files: { [path]: content } });
  let fetched = 0;
  const read: typeof memory.read = async (file, options) => {
    const range = await memory.read(file, options);
    fetched += range.bytes.length;
    return range;
  };
  const { structured } = await runTool(getFileInfo, { path }, { ...memory, read });
  return { document: structured?.document, fetched };
}

describe('get_file_info of a document', () => {
  it('tells how many pages a PDF has, and fetches a part of it', async () => {
    const lines = Array.from({ length: 40 }, (_, line) => `line ${line} of a page with some words on it`);
    const pdf = createPdf(Array.from({ length: 500 }, () => lines));
    expect(pdf.length).toBeGreaterThan(1024 * 1024);
    const { document, fetched } = await tell('a.pdf', pdf);
    expect(document).toMatchObject({ kind: 'pdf', pages: 500, title: 'The title' });
    expect(fetched).toBeLessThan(pdf.length / 2);
  });

  it('tells the sheets of a workbook', async () => {
    const { document } = await tell('a.xlsx', createXlsx({ One: '', Two: '' }));
    expect(document).toMatchObject({ kind: 'xlsx', sheets: ['One', 'Two'], author: 'Alice' });
  });

  it.each([
    ['a.pdf', '%PDF-1.7 and nothing else'],
    ['a.docx', 'text'],
    ['a.txt', 'text'],
  ])('says nothing of %s, which is none, and reads no other file', async (path, content) => {
    const { document, fetched } = await tell(path, content);
    expect(document).toBeUndefined();
    if (path === 'a.txt') expect(fetched).toBe(0);
  });
});
