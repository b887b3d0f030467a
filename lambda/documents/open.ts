import { openArchive } from './archive.ts';
import { DocumentFailure, type DocumentSource, type OpenDocument } from './document.ts';
import { findPossibleKind, kindBytes, type PossibleKind } from './kind.ts';

/** Each format is a file of its own, which is loaded when the first document of that format is read. */
const formats = {
  pdf: () => import('./formats/pdf.ts'),
  html: () => import('./formats/html.ts'),
  eml: () => import('./formats/eml.ts'),
  docx: () => import('./formats/docx.ts'),
  xlsx: () => import('./formats/xlsx.ts'),
  pptx: () => import('./formats/pptx.ts'),
  odt: () => import('./formats/odt.ts'),
  ods: () => import('./formats/ods.ts'),
};

/** Loads the code for what a file can be. */
export async function loadFormats(kind: PossibleKind | undefined): Promise<void> {
  if (kind === 'pdf' || kind === 'html' || kind === 'eml') await formats[kind]();
}

/**
 * Opens a document. Answers undefined for a file that is none. Throws `DocumentFailure`.
 */
export async function openDocument(source: DocumentSource, name: string): Promise<OpenDocument | undefined> {
  const beginning = await source.read(0, kindBytes);
  switch (findPossibleKind(beginning, name)) {
    case 'pdf':
      return (await formats.pdf()).openPdf(source);
    case 'html':
      return (await formats.html()).openHtml(source);
    case 'eml':
      return (await formats.eml()).openEml(source);
    case 'archive':
      return openArchived(source);
    case 'compound':
      throw new DocumentFailure('it is a file of an old Office, or an encrypted one of a new Office');
    default:
      return undefined;
  }
}

/** What an archive holds tells its format: by the parts of OOXML (ECMA-376), and by the `mimetype` of ODF. */
async function openArchived(source: DocumentSource): Promise<OpenDocument | undefined> {
  const archive = await openArchive(source);
  if (archive.has('word/document.xml')) return (await formats.docx()).openDocx(archive);
  if (archive.has('xl/workbook.xml')) return (await formats.xlsx()).openXlsx(archive);
  if (archive.has('ppt/presentation.xml')) return (await formats.pptx()).openPptx(archive);
  if (!archive.has('mimetype') || !archive.has('content.xml')) return undefined;
  const type = new TextDecoder().decode(await archive.read('mimetype', 200));
  if (type.includes('opendocument.text')) return (await formats.odt()).openOdt(archive);
  if (type.includes('opendocument.spreadsheet')) return (await formats.ods()).openOds(archive);
  return undefined;
}
