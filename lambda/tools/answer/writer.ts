import type { FileFacts } from '../../files/file-store.ts';

/** Tells programs who wrote a file, where that is known. */
export function toWriterFacts({ writer }: Pick<FileFacts, 'writer'>) {
  if (writer === undefined) return {};
  return { written_by: writer.name, ...(writer.client !== undefined && { written_with: writer.client }) };
}

/** Tells a model the same, behind other facts: `, written by alice with claude-code`. */
export function toWriterText({ writer }: Pick<FileFacts, 'writer'>): string {
  if (writer === undefined) return '';
  return `, written by ${writer.name}${writer.client === undefined ? '' : ` with ${writer.client}`}`;
}
