/** What a file can be by its first bytes and its name. What an archive holds is not known by then. */
export type PossibleKind = 'pdf' | 'archive' | 'compound' | 'eml' | 'html';

/** How many bytes from the start on tell what a file can be. */
export const kindBytes = 1024;

/** Whether a range of a file is one of a PDF, which can be without a byte that text has not. */
export function isOfPdf(path: string, start: number, bytes: Uint8Array): boolean {
  const beginning = String.fromCharCode(...bytes.subarray(0, 5));
  return start === 0 ? beginning === '%PDF-' : /\.pdf$/i.test(path);
}

/**
 * Tells which document a file can be. A format is known by its bytes, whatever the name says; mail and HTML are text,
 * which only their names tell from other text.
 */
export function findPossibleKind(bytes: Uint8Array, name: string): PossibleKind | undefined {
  const beginning = String.fromCharCode(...bytes.subarray(0, kindBytes));
  if (beginning.includes('%PDF-')) return 'pdf';
  if (beginning.startsWith('PK\x03\x04') || beginning.startsWith('PK\x05\x06')) return 'archive';
  if (beginning.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return 'compound';
  const isUtf16 = /^(\xff\xfe|\xfe\xff)/.test(beginning);
  // Both may be of any encoding, and say so themselves.
  if (beginning.includes('\0') && !isUtf16) return undefined;
  if (/\.x?html?$/i.test(name)) return 'html';
  return /\.eml$/i.test(name) && /^[\w-]+:/.test(beginning.trimStart()) ? 'eml' : undefined;
}
