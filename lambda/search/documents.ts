import { type DocumentFacts, DocumentFailure, type DocumentLine } from '../documents/document.ts';
import { findColumn, toColumn } from '../documents/formats/csv.ts';
import { findPossibleKind, kindBytes } from '../documents/kind.ts';
import { documentLimits } from '../documents/limits.ts';
import { createDocumentReader, type DocumentReader } from '../documents/session.ts';
import { createFileSource } from '../documents/source.ts';
import type { DocumentSearch, FileSearch, FileSearchOptions } from './file.ts';
import type { LinePattern } from './line-pattern.ts';
import { createLineSearch, type ShownLine } from './lines.ts';

/**
 * Creates the search of one call's documents, one after the other: each needs the memory that several would share. All
 * together have the time that one has when it is read. HTML is searched as the text that it is.
 */
export function createDocumentSearch(): DocumentSearch {
  let reader: DocumentReader | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  return {
    async search(files, first, options) {
      const { signal, maxBytes } = options;
      const source = createFileSource(files, { facts: first.facts, first }, { signal, maxBytes });
      const kind = findPossibleKind(await source.read(0, kindBytes), first.facts.path);
      if (kind === undefined || kind === 'html') return undefined;
      reader ??= createDocumentReader();
      const { open } = reader;
      const work = queue.then(() => searchDocument(open(source, first.facts.path), options));
      // The caller of this one learns of its failure; the next in the queue goes on all the same.
      queue = work.catch(() => {});
      return work;
    },
    async close() {
      await reader?.close();
    },
  };
}

async function searchDocument(
  opening: ReturnType<DocumentReader['open']>,
  options: FileSearchOptions,
): Promise<FileSearch | undefined> {
  const { pattern, start, time } = options;
  const search = createLineSearch(options);
  const places = new Map<number, NonNullable<ShownLine['place']>>();
  const found = (isCut: boolean, next = search.isMissing() ? search.position() : undefined): FileSearch => ({
    kind: 'text',
    lines: search.lines.map((line) => ({ ...line, ...toPlace(places, line.number) })),
    matches: search.countMatches(),
    ...(next && { next }),
    longLines: 0,
    isCut,
  });
  try {
    const document = await opening;
    if (!document) return undefined;
    const { facts } = document;
    let number = 0;
    for (let unit = 1; unit <= facts.count; unit += 1) {
      for await (const line of document.lines(unit, { formulas: false })) {
        number += 1;
        // Where a search goes on in a document, it reads once more what comes before.
        if (number < start.line) continue;
        if (search.isDone() || (time.isOver() && search.hasBegun())) return found(false, search.position());
        const place = describePlace(facts, unit, line, pattern);
        if (place) places.set(number, place);
        search.take(line.text, { next: number, endsLine: true });
      }
    }
    return found(false);
  } catch (error) {
    if (!(error instanceof DocumentFailure)) throw error;
    if (search.hasBegun()) return found(true);
    return { kind: 'skipped', reason: 'document', cause: undefined };
  }
}

function toPlace(places: ReadonlyMap<number, NonNullable<ShownLine['place']>>, number: number) {
  const place = places.get(number);
  return place && { place };
}

/** Where a line is for people: its page and its number there, or its cell. A text without pages has numbers alone. */
function describePlace(
  { unit: division, sheets = [] }: DocumentFacts,
  unit: number,
  { number, text }: DocumentLine,
  pattern: LinePattern,
): ShownLine['place'] {
  if (division === 'text') return undefined;
  if (division !== 'sheet') return { label: `${division} ${unit}`, number };
  const ends = { startsLine: true, endsLine: true };
  const column = pattern.isIn(text, ends) ? toColumn(findColumn(text, pattern.indexIn(text, ends))) : '';
  return { label: `${sheets[unit - 1]?.slice(0, documentLimits.nameCharacters)}!${column}${number}` };
}
