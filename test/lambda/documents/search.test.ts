import { searchFiles } from '../../../lambda/tools/search-files.ts';
import {
  createDocx,
  createPptx,
  createShape,
  createXlsx,
  wordParagraph,
} from '../../support/documents/office.ts';
import { createPdf } from '../../support/documents/pdf.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import { runTool } from '../../support/run-tool.ts';
import '../../support/documents/patience.ts';

async function search(
  files: Readonly<Record<string, string | Uint8Array>>,
  input: Readonly<Record<string, unknown>>,
) {
  const answer = await runTool(searchFiles, { path: '', ...input }, createMemoryFileStore({ files }));
  const [text, facts] = ('content' in answer ? answer.content : []).map((block) =>
    block.type === 'text' ? block.text : '',
  );
  return { text, facts: JSON.parse(facts ?? '{}') };
}

const files = {
  'a.txt': 'needle in text\n',
  'b.pdf': createPdf([['nothing'], ['first line', 'the needle of page 2']]),
  'c.docx': createDocx(wordParagraph('one') + wordParagraph('a needle')),
  'd.xlsx': createXlsx({
    'My sheet':
      '<row r="7"><c r="B7" t="inlineStr"><is><t>x, "y"</t></is></c><c r="C7" t="inlineStr"><is><t>needle</t></is></c></row>',
  }),
  'e.pptx': createPptx([{ shapes: createShape('title', ['needle']) }]),
  'f.eml': 'Subject: x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nbmVlZGxl\r\n',
  'g.html': '<p class="needle">text</p>',
  'h.docx': createDocx(wordParagraph('needle')).subarray(0, 200),
  'i.bin': Uint8Array.of(0, 1, 2),
};

describe('search_files', () => {
  it('finds lines in documents, and tells their pages and cells', async () => {
    const { text, facts } = await search(files, { query: 'needle' });
    expect(text).toBe(`a.txt:1: needle in text
b.pdf [page 2]:2: the needle of page 2
c.docx:3: a needle
d.xlsx [My sheet!C7]: ,"x, ""y""",needle
e.pptx [slide 1]:1: # needle
f.eml [part 1]:4: needle
g.html:1: <p class="needle">text</p>
[not searched: 1 not readable as text (read_file says why): h.docx; 1 binary: i.bin]`);
    expect(facts).toMatchObject({ matches: 7, files_searched: 7, files_skipped: 2, complete: true });
  });

  it('goes on in a document behind what it has shown', async () => {
    const many = createPdf([Array.from({ length: 5 }, (_, line) => `needle ${line}`)]);
    const first = await search({ 'a.pdf': many }, { query: 'needle', limit: 3 });
    expect(first.facts).toMatchObject({ matches: 3, complete: false });
    const second = await search(
      { 'a.pdf': many },
      { query: 'needle', limit: 3, cursor: first.facts.next_cursor },
    );
    expect(`${first.text}\n${second.text}`).toBe(
      Array.from({ length: 5 }, (_, line) => `a.pdf [page 1]:${line + 1}: needle ${line}`).join('\n'),
    );
  });
});
