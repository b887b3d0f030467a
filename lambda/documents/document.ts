/** The formats that are read as text. */
export const documentKinds = ['pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'eml', 'html'] as const;

/** A format that is read as text. */
export type DocumentKind = (typeof documentKinds)[number];

/** What a document is divided into. A text is one whole. */
export type DocumentUnit = 'page' | 'sheet' | 'slide' | 'part' | 'text';

/** What is known of a document besides its text. All of it stands in the document, and none of it is to be trusted. */
export interface DocumentFacts {
  readonly kind: DocumentKind;
  readonly unit: DocumentUnit;
  /** How many pages, sheets, slides or parts there are. */
  readonly count: number;
  /** The names of the sheets, in their order. */
  readonly sheets?: readonly string[];
  readonly title?: string;
  readonly author?: string;
  /** When it was made, as the document writes it. */
  readonly created?: string;
  /** What is in it and is not read, in whole sentences. */
  readonly notes?: readonly string[];
}

/** One line of a document's text. */
export interface DocumentLine {
  /** Its number in its unit from 1; in a sheet the number of its row. */
  readonly number: number;
  readonly text: string;
}

/** How the lines of a unit are made. */
export interface LineOptions {
  /** Shows formulas in place of their values. */
  readonly formulas: boolean;
}

/** The bytes of a document, read in pieces. */
export interface DocumentSource {
  /** In bytes. */
  readonly size: number;
  /** Reads `length` bytes from `start`, fewer at the end. */
  read(start: number, length: number): Promise<Uint8Array>;
}

/** A document whose structure is known. */
export interface OpenDocument {
  readonly facts: DocumentFacts;
  /** Makes the lines of one unit, counted from 1, in batches, and no further than they are asked for. */
  lines(unit: number, options: LineOptions): AsyncIterable<readonly DocumentLine[]>;
}

/** Opens a document of one format. Throws `DocumentFailure` for one that cannot be read. */
export type OpenFormat = (source: DocumentSource) => Promise<OpenDocument>;

/** Thrown for a document that cannot be read. The message completes `"report.pdf" cannot be read as text: `. */
export class DocumentFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DocumentFailure';
  }
}
