import { createArchive, type Part } from './archive.ts';

type Parts = Readonly<Record<string, string | Uint8Array | Part>>;

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Escapes a text for XML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const core = `${head}<cp:coreProperties xmlns:cp="x" xmlns:dc="y" xmlns:dcterms="z"><dc:title>The title</dc:title>
<dc:creator>Alice</dc:creator><dcterms:created>2026-01-02T03:04:05Z</dcterms:created></cp:coreProperties>`;

function relationships(targets: Readonly<Record<string, readonly [type: string, target: string]>>): string {
  const all = Object.entries(targets).map(
    ([id, [type, target]]) =>
      `<Relationship Id="${id}" Type="http://x/relationships/${type}" Target="${target}"/>`,
  );
  return `${head}<Relationships xmlns="x">${all.join('')}</Relationships>`;
}

/** Makes a Word document from the elements of its body. */
export function createDocx(body: string, more: Parts = {}): Uint8Array {
  return createArchive({
    '[Content_Types].xml': `${head}<Types/>`,
    'word/document.xml': `${head}<w:document xmlns:w="w"><w:body>${body}</w:body></w:document>`,
    'word/styles.xml':
      `${head}<w:styles xmlns:w="w"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>` +
      '<w:style w:styleId="Own"><w:name w:val="Own"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>',
    'word/numbering.xml':
      `${head}<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>` +
      '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>' +
      '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>',
    'docProps/core.xml': core,
    ...more,
  });
}

/** A Word paragraph: its text, and its properties as elements. */
export function wordParagraph(text: string, properties = ''): string {
  const runs = text.split('\t').map((run) => `<w:r><w:t xml:space="preserve">${escapeXml(run)}</w:t></w:r>`);
  return `<w:p><w:pPr>${properties}</w:pPr>${runs.join('<w:r><w:tab/></w:r>')}</w:p>`;
}

/** Makes an Excel workbook from the sheet data elements of each named sheet. */
export function createXlsx(
  sheets: Readonly<Record<string, string>>,
  { texts = [], more = {} }: { readonly texts?: readonly string[]; readonly more?: Parts } = {},
): Uint8Array {
  const names = Object.keys(sheets);
  const list = names.map(
    (name, index) => `<sheet name="${escapeXml(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  const data = Object.values(sheets).map((rows, index) => [
    `xl/worksheets/sheet${index + 1}.xml`,
    `${head}<worksheet xmlns="x"><sheetData>${rows}</sheetData></worksheet>`,
  ]);
  return createArchive({
    '[Content_Types].xml': `${head}<Types/>`,
    'xl/workbook.xml': `${head}<workbook xmlns="x" xmlns:r="r"><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      Object.fromEntries(
        names.map((_, index) => [`rId${index + 1}`, ['worksheet', `worksheets/sheet${index + 1}.xml`]]),
      ),
    ),
    'xl/styles.xml':
      `${head}<styleSheet xmlns="x"><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts>` +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>',
    ...(texts.length > 0 && {
      'xl/sharedStrings.xml': `${head}<sst xmlns="x">${texts.map((text) => `<si><t>${escapeXml(text)}</t></si>`).join('')}</sst>`,
    }),
    ...Object.fromEntries(data),
    'docProps/core.xml': core,
    ...more,
  });
}

/** Makes a PowerPoint presentation. Each slide is given as the elements of its shape tree, and may have notes. */
export function createPptx(
  slides: readonly { readonly shapes: string; readonly notes?: string }[],
): Uint8Array {
  const parts: Record<string, string> = {
    '[Content_Types].xml': `${head}<Types/>`,
    'ppt/presentation.xml':
      `${head}<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>` +
      `${slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    // The order of the slides is that of the list, not that of the part names.
    'ppt/_rels/presentation.xml.rels': relationships(
      Object.fromEntries(
        slides.map((_, index) => [`rId${index + 1}`, ['slide', `slides/slide${slides.length - index}.xml`]]),
      ),
    ),
    'docProps/core.xml': core,
  };
  slides.forEach(({ shapes, notes }, index) => {
    const name = `slide${slides.length - index}`;
    parts[`ppt/slides/${name}.xml`] = toShapeTree('sld', shapes);
    if (notes === undefined) return;
    parts[`ppt/slides/_rels/${name}.xml.rels`] = relationships({
      rId1: ['notesSlide', `../notesSlides/${name}.xml`],
    });
    parts[`ppt/notesSlides/${name}.xml`] = toShapeTree(
      'notes',
      createShape('body', [notes]) + createShape('sldNum', ['9']),
    );
  });
  return createArchive(parts);
}

function toShapeTree(element: string, shapes: string): string {
  return `${head}<p:${element} xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:${element}>`;
}

/**
 * A shape with paragraphs and, if given, a placeholder type. A tab at the start of a paragraph indents it by one level.
 */
export function createShape(type: string | undefined, paragraphs: readonly string[]): string {
  const placeholder =
    type === undefined ? '' : `<p:nvSpPr><p:nvPr><p:ph type="${type}"/></p:nvPr></p:nvSpPr>`;
  const all = paragraphs.map((text) => {
    const level = /^\t*/.exec(text)?.[0].length ?? 0;
    return `<a:p><a:pPr lvl="${level}"/><a:r><a:t>${escapeXml(text.trimStart())}</a:t></a:r></a:p>`;
  });
  return `<p:sp>${placeholder}<p:txBody>${all.join('')}</p:txBody></p:sp>`;
}

/** Makes an OpenDocument text or workbook from the elements of its body. */
export function createOpenDocument(kind: 'text' | 'spreadsheet', body: string): Uint8Array {
  return createArchive({
    mimetype: { content: `application/vnd.oasis.opendocument.${kind}`, isStored: true },
    'content.xml':
      `${head}<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:style="s"><office:automatic-styles>` +
      '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style>' +
      '<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1"/></text:list-style>' +
      `</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    'meta.xml':
      `${head}<office:document-meta xmlns:office="o" xmlns:dc="d" xmlns:meta="m"><office:meta><dc:title>The title</dc:title>` +
      '<meta:initial-creator>Alice</meta:initial-creator><meta:creation-date>2026-01-02T03:04:05</meta:creation-date>' +
      '</office:meta></office:document-meta>',
  });
}
