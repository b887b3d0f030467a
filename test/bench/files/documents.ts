import { createLargeXlsx, createLongPdf } from '../../support/documents/large.ts';
import {
  createDocx,
  createOpenDocument,
  createPptx,
  createShape,
  wordParagraph,
} from '../../support/documents/office.ts';

/** A document that is stored under each of the paths. */
export interface StoredDocument {
  readonly paths: readonly string[];
  create(): Uint8Array;
}

const line = 'What somebody wrote into a document that a team keeps, a line of it.';
const lines = Array.from({ length: 200 }, (_, index) => `${index + 1}. ${line}`);

/** A document of about 200 lines in each format, by the ending of its name. */
const ofFormats: Readonly<Record<string, () => Uint8Array>> = {
  pdf: () => createLongPdf(5),
  docx: () => createDocx(lines.map((text) => wordParagraph(text)).join('')),
  xlsx: () => createLargeXlsx(200),
  pptx: () =>
    createPptx(
      Array.from({ length: 20 }, (_, slide) => ({
        shapes:
          createShape('title', [`Slide ${slide + 1}`]) +
          createShape('body', lines.slice(slide * 9, slide * 9 + 9)),
      })),
    ),
  odt: () => createOpenDocument('text', lines.map((text) => `<text:p>${text}</text:p>`).join('')),
  ods: () =>
    createOpenDocument(
      'spreadsheet',
      `<table:table table:name="A">${lines.map((text, row) => `<table:table-row><table:table-cell><text:p>${text}</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="${row}"><text:p>${row}</text:p></table:table-cell></table:table-row>`).join('')}</table:table>`,
    ),
  eml: () =>
    Buffer.from(
      `Subject: What is said\r\nFrom: a@example.com\r\nTo: b@example.com\r\nContent-Type: text/plain\r\n\r\n${lines.join('\r\n')}\r\n`,
    ),
  html: () =>
    Buffer.from(`<h1>What is said</h1><ul>${lines.map((text) => `<li>${text}</li>`).join('')}</ul>`),
};

/** The endings of the names, one for each format. */
export const formats = Object.keys(ofFormats);

/** The path of a document of a format. */
export function toFormatPath(format: string): string {
  return `formats/sample.${format}`;
}

/** Every document of the bench: large ones, one of each format, and 50 to search. */
export function toStoredDocuments(): readonly StoredDocument[] {
  return [
    { paths: ['long.pdf'], create: () => createLongPdf(200) },
    { paths: ['large.xlsx'], create: () => createLargeXlsx(100_000) },
    ...Object.entries(ofFormats).map(([format, create]) => ({ paths: [toFormatPath(format)], create })),
    ...Object.entries(ofFormats).map(([format, create], place) => ({
      paths: Array.from({ length: 50 }, (_, index) => index)
        .filter((index) => index % formats.length === place)
        .map((index) => `documents/${index}.${format}`),
      create,
    })),
  ];
}
