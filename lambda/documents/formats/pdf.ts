import { type DocumentFacts, DocumentFailure, type DocumentSource, type OpenDocument } from '../document.ts';
import { documentLimits } from '../limits.ts';
import { toLines } from '../pieces.ts';

type PdfJs = typeof import('unpdf/pdfjs');
type PdfDocument = Awaited<ReturnType<PdfJs['getDocument']>['promise']>;

/** What pdf.js fetches at once. */
const chunkBytes = 128 * 1024;

/** What stands for a page on which pdf.js finds no text. */
const noText = '[no text on this page: it is empty, or a scanned image]';

/**
 * Opens a PDF (ISO 32000): its pages, as the text that they hold in the order in which it is written. Fonts are not
 * loaded, scripts in it are not run, and nothing that it names is fetched. Only the pages that are read are fetched.
 */
export async function openPdf(source: DocumentSource): Promise<OpenDocument> {
  const pdfJs = await import('unpdf/pdfjs');
  const document = await open(pdfJs, source);
  const count = document.numPages;
  return {
    facts: { kind: 'pdf', unit: 'page', count, ...(await readMetadata(document)) },
    lines: (page) => toLines(readPage(document, page)),
  };
}

async function open(pdfJs: PdfJs, source: DocumentSource): Promise<PdfDocument> {
  const range = new pdfJs.PDFDataRangeTransport(source.size, null);
  const failed = Promise.withResolvers<never>();
  range.requestDataRange = (begin: number, end: number) => {
    source.read(begin, end - begin).then((bytes) => range.onDataRange(begin, bytes), failed.reject);
  };
  const { promise } = pdfJs.getDocument({
    range,
    rangeChunkSize: chunkBytes,
    disableAutoFetch: true,
    disableStream: true,
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    maxImageSize: 0,
    stopAtErrors: false,
    verbosity: 0,
  });
  try {
    return await Promise.race([promise, failed.promise]);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'PasswordException') {
      throw new DocumentFailure('it is encrypted and needs a password', { cause });
    }
    if (cause instanceof DocumentFailure) throw cause;
    throw new DocumentFailure('it is no PDF, cut short, or damaged', { cause });
  }
}

/** What of the metadata is a text. */
async function readMetadata(document: PdfDocument): Promise<Partial<DocumentFacts>> {
  const { info } = await document.getMetadata().catch(() => ({ info: {} }));
  const read = (name: string) => {
    const value: unknown = (info as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const [title, author, created] = [read('Title'), read('Author'), toTime(read('CreationDate'))];
  return {
    ...(title !== undefined && { title }),
    ...(author !== undefined && { author }),
    ...(created !== undefined && { created }),
  };
}

/** `D:20260102030405+01'00'` (ISO 32000-1 section 7.9.4) as a time without its zone. */
function toTime(text = ''): string | undefined {
  const [, year, month = '01', day = '01', hour = '00', minute = '00'] =
    /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?/.exec(text) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day} ${hour}:${minute}`;
}

async function* readPage(document: PdfDocument, number: number): AsyncGenerator<readonly string[]> {
  const page = await document.getPage(number).catch((cause: unknown) => {
    throw new DocumentFailure(`its page ${number} is damaged`, { cause });
  });
  let text = '';
  const { items } = await page.getTextContent({ disableNormalization: false });
  for (const item of items) {
    if (!('str' in item)) continue;
    text += item.hasEOL ? `${item.str}\n` : item.str;
  }
  page.cleanup();
  const lines = text.split('\n').map((line) =>
    line
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trimEnd()
      .slice(0, documentLimits.lineCharacters),
  );
  while (lines.at(-1) === '') lines.pop();
  yield lines.length === 0 ? [noText] : lines;
}
