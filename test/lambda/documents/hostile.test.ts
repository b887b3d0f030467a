import { deflateRawSync } from 'node:zlib';
import { createArchive } from '../../support/documents/archive.ts';
import { createDocx, createOpenDocument, createXlsx, wordParagraph } from '../../support/documents/office.ts';
import { createPdf, createPdfOfObjects } from '../../support/documents/pdf.ts';
import { readDocument } from '../../support/documents/read.ts';

const mebibyte = 1024 * 1024;
const good = createDocx(wordParagraph('whole'));

/** What is told of a document that cannot be read: a link to it, and why it is not text. */
async function tell(name: string, content: Uint8Array) {
  const { text, facts } = await readDocument(name, content);
  return { text, note: String(facts.note) };
}

describe('a document that cannot be read', () => {
  it.each<[string, string, Uint8Array, string]>([
    ['cut short', 'a.docx', good.subarray(0, good.length - 30), 'the directory of the archive is missing'],
    [
      'of nothing but its first bytes',
      'a.xlsx',
      good.subarray(0, 10),
      'the directory of the archive is missing',
    ],
    [
      'with damage in a part',
      'a.docx',
      createDocx('', { 'word/document.xml': { content: 'x', packed: Buffer.from('no deflate stream') } }),
      'does not unpack',
    ],
    [
      'encrypted as an archive',
      'a.docx',
      createDocx('', { 'word/document.xml': { content: 'x', isEncrypted: true } }),
      'it is encrypted',
    ],
    ['encrypted as a new Office does', 'a.docx', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'encrypted one'],
    ['a PDF cut short', 'a.pdf', createPdf([['x']]).subarray(0, 60), 'cut short, or damaged'],
    [
      'a PDF that needs a password',
      'a.pdf',
      createPdfOfObjects(
        [
          '<< /Type /Catalog /Pages 2 0 R >>',
          '<< /Type /Pages /Kids [] /Count 0 >>',
          `<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> >>`,
        ],
        `/Root 1 0 R /Encrypt 3 0 R /ID [<${'43'.repeat(16)}> <${'43'.repeat(16)}>]`,
      ),
      'needs a password',
    ],
    ['a workbook without sheets', 'a.xlsx', createXlsx({}), 'without sheets'],
  ])('is a link and a reason: %s', async (_, name, content, words) => {
    const { text, note } = await tell(name, content);
    expect(text).toBe('<resource_link>');
    expect(note).toContain(words);
  });

  it('is a link without a reason where it is an archive of something else', async () => {
    const { text, note } = await tell('a.docx', createArchive({ '../../etc/passwd': 'root', 'x.txt': 'y' }));
    expect(text).toBe('<resource_link>');
    expect(note).toMatch(/^not text/);
  });
});

describe('a bomb', () => {
  it('that unpacks to more than it may is a sentence', async () => {
    const zeros = deflateRawSync(Buffer.alloc(200 * mebibyte, 0x20));
    const bomb = createDocx('', { 'word/document.xml': { content: 'x', packed: zeros } });
    expect(bomb.length).toBeLessThan(mebibyte);
    expect((await tell('a.docx', bomb)).note).toContain('unpacks to more than is taken');
  });

  it('within an archive is never opened', async () => {
    const inner = createArchive({ 'x.bin': deflateRawSync(Buffer.alloc(mebibyte)) });
    const outer = createDocx(wordParagraph('outer'), { 'word/embeddings/inner.zip': inner });
    expect((await readDocument('a.docx', outer)).text).toBe('outer\n');
  });

  it('of elements within each other is a sentence', async () => {
    const deep = createDocx('<w:sdt>'.repeat(5_000) + '</w:sdt>'.repeat(5_000));
    expect((await tell('a.docx', deep)).note).toContain('400 deep');
  });

  it('of entities stays as it is written', async () => {
    const entities = `<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">
      <!ENTITY x SYSTEM "file:///etc/passwd">]><w:document><w:body>${'<w:p><w:r><w:t>[&b;&x;]</w:t></w:r></w:p>'}</w:body></w:document>`;
    const { text } = await readDocument('a.docx', createDocx('', { 'word/document.xml': entities }));
    expect(text).toBe('[&b;&x;]\n');
  });

  it('of repeated cells is cut at the bounds of a row and of a repetition', async () => {
    const cell =
      '<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p></table:table-cell>';
    const body = `<table:table table:name="A"><table:table-row table:number-rows-repeated="999999999">${cell}</table:table-row></table:table>`;
    const { facts } = await readDocument('a.ods', createOpenDocument('spreadsheet', body), { limit: 1 });
    expect(facts).toMatchObject({ first_line: 1, last_line: 1, truncated: true });
  });
});

describe('a PDF that means harm', () => {
  const catalog = '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>';

  it('whose pages lead back to themselves is read as far as it goes, or a sentence', async () => {
    const pdf = createPdfOfObjects(
      [catalog, '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>'],
      '/Root 1 0 R',
    );
    const { text, facts } = await readDocument('a.pdf', pdf);
    expect(text === '<resource_link>' || text.includes('no text')).toBe(true);
    expect(typeof facts.note).toBe('string');
  });

  it('that says it has a million pages is read a bound of pages at a time', async () => {
    const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1 1] >>';
    const kids = Array.from({ length: 1_000 }, () => '3 0 R').join(' ');
    const pdf = createPdfOfObjects(
      [catalog, `<< /Type /Pages /Kids [${kids}] /Count 1000000 >>`, page],
      '/Root 1 0 R',
    );
    const { text, facts } = await readDocument('a.pdf', pdf);
    expect(text.match(/^\[page /gm)?.length ?? 0).toBeLessThanOrEqual(50);
    expect(facts.note).toEqual(expect.any(String));
  });
});

describe('what a document names', () => {
  it('outside of it is not fetched', async () => {
    const external = `<?xml version="1.0"?><Relationships><Relationship Id="rId1" Type="x/worksheet" Target="http://127.0.0.1:9/s.xml" TargetMode="External"/></Relationships>`;
    const book = createXlsx(
      { A: '<row><c><v>1</v></c></row>' },
      { more: { 'xl/_rels/workbook.xml.rels': external } },
    );
    expect((await tell('a.xlsx', book)).note).toContain('without sheets');
  });

  it('by `..` is looked up in the archive alone', async () => {
    const up = `<?xml version="1.0"?><Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../../../etc/passwd"/></Relationships>`;
    const book = createXlsx(
      { A: '' },
      {
        more: {
          'xl/_rels/workbook.xml.rels': up,
          '../etc/passwd': 'root',
          'etc/passwd': '<sheetData><row><c><v>in</v></c></row></sheetData>',
        },
      },
    );
    expect((await readDocument('a.xlsx', book)).text).toBe('in\n');
  });
});
