import { createPdf } from '../../support/documents/pdf.ts';
import { failDocument, readDocument } from '../../support/documents/read.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import '../../support/documents/patience.ts';

describe('a PDF', () => {
  const pdf = createPdf([['First page', 'caf\xe9 (and) more'], [], ['Third page']]);

  it('is read page by page, and says which page has no text', async () => {
    const { text, facts } = await readDocument('a.pdf', pdf);
    expect(text).toBe(`[page 1]
First page
café (and) more
[page 2]
[no text on this page: it is empty, or a scanned image]
[page 3]
Third page
`);
    expect(facts).toMatchObject({
      document: { kind: 'pdf', pages: 3, title: 'The title', author: 'Alice', created: '2026-01-02 03:04' },
      truncated: false,
    });
  });

  it.each([
    ['3', '[page 3]\nThird page\n'],
    ['2-', '[page 2]\n[no text on this page: it is empty, or a scanned image]\n[page 3]\nThird page\n'],
  ])('is read by its pages: %s', async (pages, text) => {
    expect((await readDocument('a.pdf', pdf, { pages })).text).toBe(text);
  });

  it.each(['0', '4', '3-2', 'x', '-1', '1,2'])('refuses the pages %s', async (pages) => {
    expect(await failDocument('a.pdf', pdf, { pages })).toContain('it has 3 pages');
  });

  it('is answered in whole pages, and goes on at next_pages to its end', async () => {
    const lines = (page: number) =>
      Array.from({ length: 40 }, (_, line) => `page ${page} line ${line} of some words`);
    const long = createPdf(Array.from({ length: 120 }, (_, page) => lines(page + 1)));
    const fetched: number[] = [];
    const memory = createMemoryFileStore({ files: { 'a.pdf': long } });
    const store = {
      ...memory,
      read: (path: Parameters<typeof memory.read>[0], options: Parameters<typeof memory.read>[1]) => {
        fetched.push(options.length);
        return memory.read(path, options);
      },
    };
    const seen: string[] = [];
    let pages: string | undefined;
    do {
      const { text, facts } = await readDocument('a.pdf', long, pages === undefined ? {} : { pages }, store);
      seen.push(...[...text.matchAll(/^\[page (\d+)\]$/gm)].map(([, page = '']) => page));
      expect(facts.truncated).toBe(facts.next_pages !== undefined);
      pages = facts.next_pages;
    } while (pages !== undefined);
    expect(seen).toEqual(Array.from({ length: 120 }, (_, page) => String(page + 1)));
  });
});
