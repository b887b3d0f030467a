import type { Archive } from '../archive.ts';
import type { DocumentFacts } from '../document.ts';
import { readXml } from '../markup.ts';

/** The most that is read of a document's properties, in bytes. */
const maxBytes = 1024 * 1024;

/** The elements of the properties by their local names: Dublin Core in OOXML (ECMA-376 part 2) and in ODF alike. */
const names: Readonly<Record<string, 'title' | 'author' | 'created'>> = {
  title: 'title',
  creator: 'author',
  'initial-creator': 'author',
  created: 'created',
  'creation-date': 'created',
};

/** Reads title, author and time of making from the properties of an Office document. */
export async function readOfficeFacts(
  archive: Archive,
  part = 'docProps/core.xml',
): Promise<Partial<Pick<DocumentFacts, 'title' | 'author' | 'created'>>> {
  const facts: { title?: string; author?: string; created?: string } = {};
  if (!archive.has(part)) return facts;
  let open: (typeof names)[string] | undefined;
  await readXml(readSome(archive, part), {
    open: (name) => {
      open = Object.hasOwn(names, name) ? names[name] : undefined;
    },
    text: (text) => {
      if (open && text.trim() !== '')
        facts[open] = `${facts[open] ?? ''}${text}`.replace(/\s+/g, ' ').trimStart();
    },
    close: () => {
      open = undefined;
    },
  });
  return facts;
}

async function* readSome(archive: Archive, part: string): AsyncGenerator<Uint8Array> {
  yield await archive.read(part, maxBytes);
}
