import { DocumentFailure } from '../../documents/document.ts';
import { createDocumentReader } from '../../documents/session.ts';
import { createFileSource } from '../../documents/source.ts';
import type { FileFacts, VersionChoice } from '../../files/file-store.ts';
import type { ToolContext } from '../tool.ts';
import { toDocumentFacts } from './document-facts.ts';

/** What is fetched of a document at most to tell of it, in bytes. */
const maxBytes = 4 * 1024 * 1024;

/** How long that may take, in milliseconds. */
const patience = 4_000;

/** Tells the kind of a document and how many pages, sheets or slides it has; undefined where that is not cheap. */
export async function findDocumentFacts(
  facts: FileFacts,
  { files, ...choice }: Pick<ToolContext, 'files' | 'signal'> & VersionChoice,
): Promise<ReturnType<typeof toDocumentFacts> | undefined> {
  const reader = createDocumentReader(patience);
  try {
    const source = createFileSource(files, { facts }, { maxBytes, ...choice });
    const document = await reader.open(source, facts.path);
    return document && toDocumentFacts(document.facts);
  } catch (error) {
    if (error instanceof DocumentFailure) return undefined;
    throw error;
  } finally {
    await reader.close();
  }
}
