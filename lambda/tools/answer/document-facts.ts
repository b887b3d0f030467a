import type { DocumentFacts } from '../../documents/document.ts';

/** The longest title or name that an answer repeats, in characters. */
const maxLength = 200;

/** The most sheets that an answer names. */
const maxSheets = 100;

/** Tells of a document in the names of the tools: `{ kind: 'pdf', pages: 3, title: … }`. */
export function toDocumentFacts({ kind, unit, count, sheets, title, author, created }: DocumentFacts) {
  return {
    kind,
    ...(unit !== 'text' && { [`${unit}s`]: sheets ? sheets.slice(0, maxSheets).map(cut) : count }),
    ...(title !== undefined && { title: cut(title) }),
    ...(author !== undefined && { author: cut(author) }),
    ...(created !== undefined && { created: cut(created) }),
  };
}

function cut(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).toWellFormed()}…`;
}
