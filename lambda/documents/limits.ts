const mebibyte = 1024 * 1024;

/** What one document may cost, whatever it says of itself. */
export const documentLimits = {
  /** Bytes that one call fetches of a document. */
  fetchedBytes: 32 * mebibyte,
  /** Bytes that one call unpacks of an archive, all parts together. */
  unpackedBytes: 256 * mebibyte,
  /** Bytes that one part may have that is held as a whole, such as the texts that the cells of a workbook share. */
  partBytes: 64 * mebibyte,
  /**
   * How many times its packed size a part of an archive may have, above `ratioBytes`. A sheet of equal cells that says
   * no places was seen with 230, and deflate packs no more than 1,032 times (RFC 1951 section 3.2.5: 258 bytes in 2 bits).
   */
  ratio: 500,
  ratioBytes: 8 * mebibyte,
  /** Files in an archive. */
  entries: 10_000,
  /** Elements of XML or HTML within each other. */
  depth: 400,
  /** Pages of a PDF that one call reads. */
  pages: 50,
  /** Characters of one line; what is longer is cut. */
  lineCharacters: 32_000,
  /** Characters of the name of a sheet that an answer repeats. */
  nameCharacters: 60,
  /** How long one call works on documents, in milliseconds. */
  milliseconds: 8_000,
  /** The JavaScript heap of the thread that reads a document, in MiB. */
  heapMebibytes: 192,
  /** What the process may grow by while a document is read, in MiB: most of a bomb unpacks outside of the heap. */
  residentMebibytes: 384,
} as const;
