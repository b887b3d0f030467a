import type { Archive } from '../archive.ts';
import type { OpenDocument } from '../document.ts';
import { createMarkdown, type MarkdownWriter } from '../markdown.ts';
import { type Attributes, createMarkupParser, type MarkupHandlers, readXml } from '../markup.ts';
import { toLines } from '../pieces.ts';
import { readOfficeFacts } from './office-facts.ts';

/** The most spaces that one element stands for. */
const maxSpaces = 100;

/** Elements whose text is no part of the text. */
const skipped = new Set([
  'annotation',
  'tracked-changes',
  'note',
  'forms',
  'index-title-template',
  'sequence-decls',
]);

/**
 * Opens a text of OpenDocument (OASIS ODF 1.3 part 3): one text, in Markdown. Notes, comments and deleted text are not
 * read.
 */
export async function openOdt(archive: Archive): Promise<OpenDocument> {
  return {
    facts: { kind: 'odt', unit: 'text', count: 1, ...(await readOfficeFacts(archive, 'meta.xml')) },
    lines: () => toLines(readBody(archive)),
  };
}

async function* readBody(archive: Archive): AsyncGenerator<string[]> {
  const ordered = await readOrderedLists(archive);
  const markdown = createMarkdown();
  const parser = createMarkupParser(createBodyHandlers(markdown, ordered), { isXml: true });
  for await (const piece of archive.stream('content.xml')) {
    parser.write(piece);
    yield markdown.take();
  }
  parser.end();
  markdown.end();
  yield markdown.take();
}

/** The styles of lists whose first level counts. They stand in both parts. */
async function readOrderedLists(archive: Archive): Promise<ReadonlySet<string>> {
  const ordered = new Set<string>();
  for (const part of ['styles.xml', 'content.xml']) {
    if (!archive.has(part)) continue;
    let style = '';
    await readXml(archive.stream(part), {
      open(name, attributes) {
        if (name === 'list-style') style = attributes['style:name'] ?? '';
        if (name === 'list-level-style-number' && attributes['text:level'] === '1') ordered.add(style);
      },
    });
  }
  return ordered;
}

function createBodyHandlers(markdown: MarkdownWriter, ordered: ReadonlySet<string>): MarkupHandlers {
  const lists: { count: number | undefined }[] = [];
  let skipping = 0;
  let isBody = false;
  let depth = 0;
  let isItemNew = false;

  const opens: Readonly<Record<string, (attributes: Attributes) => void>> = {
    h: (attributes) => markdown.begin({ heading: Number(attributes['text:outline-level']) || 1 }),
    p() {
      const list = lists.at(-1);
      if (list && isItemNew) markdown.begin({ item: { depth: lists.length - 1, number: list.count } });
      else if (list) markdown.text(' ');
      else markdown.begin();
      isItemNew = false;
    },
    list(attributes) {
      markdown.end();
      const style = attributes['text:style-name'];
      // A list within a list has the style of the outer one.
      const isOrdered = style === undefined ? lists.at(-1)?.count !== undefined : ordered.has(style);
      lists.push({ count: isOrdered ? 0 : undefined });
    },
    'list-item'() {
      const list = lists.at(-1);
      if (list?.count !== undefined) list.count += 1;
      isItemNew = true;
    },
    tab: () => markdown.text('\t'),
    s: (attributes) => markdown.text(' '.repeat(Math.min(maxSpaces, Number(attributes['text:c'] ?? 1) || 1))),
    'line-break': () => markdown.breakLine(),
    table: () => markdown.beginTable(),
    'table-row': () => markdown.beginRow(),
    'table-cell': () => markdown.beginCell(),
  };

  return {
    open(name, attributes) {
      if (name === 'body') isBody = true;
      if (skipped.has(name)) skipping += 1;
      if (!isBody || skipping > 0) return;
      if (name === 'p' || name === 'h') depth += 1;
      if (Object.hasOwn(opens, name)) opens[name]?.(attributes);
    },
    text(text) {
      if (depth > 0 && skipping === 0) markdown.text(text);
    },
    close(name) {
      if (skipped.has(name)) skipping = Math.max(0, skipping - 1);
      if (!isBody || skipping > 0) return;
      if (name === 'p' || name === 'h') depth -= 1;
      if (name === 'h' || (name === 'p' && lists.length === 0)) markdown.end();
      if (name === 'list-item' || name === 'list') markdown.end();
      if (name === 'list') lists.pop();
      if (name === 'table') markdown.endTable();
    },
  };
}
