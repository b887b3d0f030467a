import {
  createDocx,
  createOpenDocument,
  createPptx,
  createShape,
  createXlsx,
  wordParagraph,
} from '../../support/documents/office.ts';
import { failDocument, readDocument } from '../../support/documents/read.ts';
import '../../support/documents/patience.ts';

const about = { title: 'The title', author: 'Alice' };

describe('a text of Word', () => {
  const item = (depth: number) => `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="3"/></w:numPr>`;
  const row = (...cells: string[]) =>
    `<w:tr>${cells.map((cell) => `<w:tc>${wordParagraph(cell)}</w:tc>`).join('')}</w:tr>`;
  const body =
    wordParagraph('Chapter', '<w:pStyle w:val="berschrift1"/>') +
    wordParagraph('Section & more', '<w:pStyle w:val="Own"/>') +
    wordParagraph('A text\twith   <marks> 😀') +
    `<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r></w:ins></w:p>` +
    wordParagraph('first', item(0)) +
    wordParagraph('deep', item(1)) +
    wordParagraph('second', item(0)) +
    `<w:tbl>${row('A', 'B|C')}${row('1', '')}</w:tbl>` +
    `<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>shape</w:t></mc:Choice><mc:Fallback><w:t>shape</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>`;

  it('is read as Markdown, with its headings, lists and tables', async () => {
    const { text, facts } = await readDocument('a.docx', createDocx(body));
    expect(text).toBe(`# Chapter

## Section & more

A text with <marks> 😀

one
two

1. first
  - deep
2. second

| A | B\\|C |
| --- | --- |
| 1 |  |

shape
`);
    expect(facts.document).toEqual({ kind: 'docx', ...about, created: '2026-01-02T03:04:05Z' });
  });

  it('is known by its content, whatever its name says', async () => {
    expect((await readDocument('a.pdf', createDocx(wordParagraph('x')))).facts.document.kind).toBe('docx');
  });

  it('with macros is read, and its macros are not', async () => {
    const docm = createDocx(wordParagraph('x'), { 'word/vbaProject.bin': 'Sub AutoOpen()' });
    const { text, facts } = await readDocument('a.docm', docm);
    expect(text).toBe('x\n');
    expect(facts.note).toContain('its macros are not read');
  });

  it('without text says so', async () => {
    const { text, facts } = await readDocument('a.docx', createDocx(''));
    expect(text).toBe('');
    expect(facts).toMatchObject({
      truncated: false,
      note: expect.stringContaining('there is no text in it'),
    });
  });
});

describe('a text of OpenDocument', () => {
  const body =
    '<text:h text:outline-level="2">Chapter</text:h><text:p>A<text:s text:c="3"/>text<text:tab/>with<text:note><text:note-body><text:p>no</text:p></text:note-body></text:note><text:line-break/>two lines</text:p>' +
    '<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>' +
    '<text:list text:style-name="L1"><text:list-item><text:p>first</text:p><text:list><text:list-item><text:p>deep</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>second</text:p></text:list-item></text:list>' +
    '<text:p>and</text:p><text:list text:style-name="L2"><text:list-item><text:p>bullet</text:p></text:list-item></text:list>' +
    '<table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell><text:p>B</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>1</text:p><text:p>2</text:p></table:table-cell><table:table-cell/></table:table-row></table:table>';

  it('is read as Markdown, with its headings, lists and tables', async () => {
    const { text, facts } = await readDocument('a.odt', createOpenDocument('text', body));
    expect(text).toBe(`## Chapter

A text with
two lines

1. first
  1. deep
2. second

and

- bullet

| A | B |
| --- | --- |
| 1 2 |  |
`);
    expect(facts.document).toEqual({ kind: 'odt', ...about, created: '2026-01-02T03:04:05' });
  });
});

const rows =
  '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="inlineStr"><is><t>in</t><t>line</t></is></c></row>' +
  '<row r="2"><c r="A2" s="1"><v>46024</v></c><c r="B2" s="2"><v>46024.25</v></c><c r="C2" s="3"><v>0.5</v></c><c r="D2"><v>1.5</v></c></row>' +
  '<row r="5"><c r="A5" t="b"><v>1</v></c><c r="B5" t="e"><v>#DIV/0!</v></c><c r="C5"><f>SUM(D2:D4)</f><v>1.5</v></c><c r="D5" t="str"><f>A1&amp;"x"</f><v>Name, x</v></c></row>';
const texts = ['Name, first', 'Said "so"\nand went'];

describe('a workbook of Excel', () => {
  const book = createXlsx({ Data: rows, 'Second & last': '<row><c><v>7</v></c></row>' }, { texts });

  it('is read sheet by sheet as CSV, with dates as dates', async () => {
    const { text, facts } = await readDocument('a.xlsx', book);
    expect(text).toBe(`"Name, first","Said ""so"" and went",,inline
2026-01-02,2026-01-02 06:00:00,12:00:00,1.5
TRUE,#DIV/0!,1.5,"Name, x"
`);
    expect(facts).toMatchObject({
      document: { kind: 'xlsx', sheets: ['Data', 'Second & last'], ...about },
      first_line: 1,
      last_line: 5,
      truncated: false,
    });
  });

  it('shows formulas on request', async () => {
    const { text } = await readDocument('a.xlsx', book, { formulas: true, offset: 5 });
    expect(text).toBe('TRUE,#DIV/0!,=SUM(D2:D4),"=A1&""x"""\n');
  });

  it.each(['2', 'Second & last'])('is read by the sheet %s', async (sheet) => {
    expect((await readDocument('a.xlsx', book, { sheet })).text).toBe('7\n');
  });

  it.each([
    [{ sheet: 'None' }, 'there are "Data", "Second & last"'],
    [{ sheet: '3' }, 'there are "Data"'],
    [{ pages: '1' }, 'pass sheet'],
  ])('refuses %j', async (input, words) => {
    expect(await failDocument('a.xlsx', book, input)).toContain(words);
  });

  it('is read by windows of its rows, whose numbers are those of the sheet', async () => {
    const many = Array.from(
      { length: 5_000 },
      (_, index) => `<row r="${index + 1}"><c><v>${index + 1}</v></c></row>`,
    );
    const large = createXlsx({ Data: many.join('') });
    const first = await readDocument('a.xlsx', large, { limit: 2 });
    expect(first).toMatchObject({
      text: '1\n2\n',
      facts: { first_line: 1, last_line: 2, truncated: true, next_offset: 3 },
    });
    const last = await readDocument('a.xlsx', large, { offset: 4_999 });
    expect(last).toMatchObject({ text: '4999\n5000\n', facts: { first_line: 4_999, truncated: false } });
    const tail = await readDocument('a.xlsx', large, { tail: 1 });
    expect(tail).toMatchObject({
      text: '5000\n',
      facts: { first_line: 5_000, last_line: 5_000, truncated: false },
    });
  });
});

describe('a workbook of OpenDocument', () => {
  const cell = (type: string, value: string, shown: string, more = '') =>
    `<table:table-cell office:value-type="${type}" office:${value} ${more}><text:p>${shown}</text:p></table:table-cell>`;
  const body =
    `<table:table table:name="Data"><table:table-row><table:table-cell><text:p>Name, first</text:p><office:annotation><text:p>no</text:p></office:annotation></table:table-cell>` +
    `<table:table-cell table:number-columns-repeated="2"/>${cell('float', 'value="1.5"', '1,50 €')}</table:table-row>` +
    '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>' +
    `<table:table-row table:number-rows-repeated="2">${cell('date', 'date-value="2026-01-02T03:04:05"', '2.1.26')}${cell('boolean', 'boolean-value="true"', 'WAHR')}${cell('float', 'value="3"', '3', 'table:formula="of:=SUM([.A1:.A2])" table:number-columns-repeated="2"')}</table:table-row></table:table>` +
    `<table:table table:name="Second"><table:table-row>${cell('string', 'x=""', 'last')}</table:table-row></table:table>`;
  const book = createOpenDocument('spreadsheet', body);

  it('is read sheet by sheet as CSV, and passes over what repeats nothing', async () => {
    const { text, facts } = await readDocument('a.ods', book);
    expect(text).toBe('"Name, first",,,1.5\n2026-01-02 03:04:05,TRUE,3,3\n2026-01-02 03:04:05,TRUE,3,3\n');
    expect(facts).toMatchObject({
      document: { kind: 'ods', sheets: ['Data', 'Second'] },
      last_line: 1_000_003,
    });
    expect((await readDocument('a.ods', book, { sheet: 'Second' })).text).toBe('last\n');
  });

  it('shows formulas on request', async () => {
    const { text } = await readDocument('a.ods', book, { formulas: true, offset: 1_000_003 });
    expect(text).toBe('2026-01-02 03:04:05,TRUE,=SUM([.A1:.A2]),=SUM([.A1:.A2])\n');
  });
});

describe('a presentation of PowerPoint', () => {
  const table =
    '<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>A</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>B</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>';
  const slides = [
    {
      shapes: createShape('ctrTitle', ['Hello & welcome']) + createShape('sldNum', ['1']),
      notes: 'Say hello.',
    },
    { shapes: createShape('title', ['Points']) + createShape('body', ['one', '\tdeep', 'two']) + table },
    { shapes: createShape(undefined, ['free text']) },
    { shapes: '' },
  ];

  it('is read slide by slide, in the order of the show and with the notes', async () => {
    const { text, facts } = await readDocument('a.pptx', createPptx(slides));
    expect(text).toBe(`[slide 1]
# Hello & welcome

Notes:

Say hello.
[slide 2]
# Points

- one
  - deep
- two

| A | B |
| --- | --- |
[slide 3]
free text
[slide 4]
[no text on this slide]
`);
    expect(facts.document).toMatchObject({ kind: 'pptx', slides: 4, ...about });
  });

  it('is read by its slides', async () => {
    const { text } = await readDocument('a.pptx', createPptx(slides), { pages: '3' });
    expect(text).toBe('[slide 3]\nfree text\n');
  });
});
