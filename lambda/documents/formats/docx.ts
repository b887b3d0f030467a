import type { Archive } from '../archive.ts';
import type { OpenDocument } from '../document.ts';
import { type Block, createMarkdown, type MarkdownWriter } from '../markdown.ts';
import { type Attributes, createMarkupParser, type MarkupHandlers, readXml } from '../markup.ts';
import { toLines } from '../pieces.ts';
import { readOfficeFacts } from './office-facts.ts';

const documentPart = 'word/document.xml';

/** What a style makes of its paragraphs. */
interface Style {
  readonly heading?: number | undefined;
}

/** Whether the lists of a numbering count, by its id and level. */
type Numberings = ReadonlyMap<string, boolean>;

/**
 * Opens a text of Word (ECMA-376 part 1, WordprocessingML): one text, in Markdown. Headers, footers, notes, comments
 * and deleted text are not read.
 */
export async function openDocx(archive: Archive): Promise<OpenDocument> {
  const notes = archive.has('word/vbaProject.bin') ? ['its macros are not read'] : [];
  return {
    facts: {
      kind: 'docx',
      unit: 'text',
      count: 1,
      ...(await readOfficeFacts(archive)),
      ...(notes.length > 0 && { notes }),
    },
    lines: () => toLines(readBody(archive)),
  };
}

async function* readBody(archive: Archive): AsyncGenerator<string[]> {
  const styles = await readStyles(archive);
  const numberings = await readNumberings(archive);
  const markdown = createMarkdown();
  const parser = createMarkupParser(createBodyHandlers(markdown, styles, numberings), { isXml: true });
  for await (const piece of archive.stream(documentPart)) {
    parser.write(piece);
    yield markdown.take();
  }
  parser.end();
  markdown.end();
  yield markdown.take();
}

/** Styles are headings by their outline level, or by the name that every language's Word stores. */
async function readStyles(archive: Archive): Promise<ReadonlyMap<string, Style>> {
  const styles = new Map<string, Style>();
  if (!archive.has('word/styles.xml')) return styles;
  let id = '';
  await readXml(archive.stream('word/styles.xml'), {
    open(name, attributes) {
      if (name === 'style') id = attributes['w:styleId'] ?? '';
      if (name === 'name') {
        const named = attributes['w:val'] ?? '';
        const [, level] = /^heading (\d)$/i.exec(named) ?? [];
        const heading = /^title$/i.test(named) ? 1 : level === undefined ? undefined : Number(level);
        if (heading !== undefined) styles.set(id, { heading });
      }
      if (name === 'outlineLvl' && !styles.has(id)) styles.set(id, { heading: toLevel(attributes) });
    },
    close(name) {
      if (name === 'style') id = '';
    },
  });
  return styles;
}

/** Outline levels count from 0; 9 is the text itself. */
function toLevel(attributes: Attributes): number | undefined {
  const level = Number(attributes['w:val']);
  return level >= 0 && level <= 8 ? level + 1 : undefined;
}

async function readNumberings(archive: Archive): Promise<Numberings> {
  const counts = new Map<string, boolean>();
  const numberings = new Map<string, boolean>();
  if (!archive.has('word/numbering.xml')) return numberings;
  const abstractOf = new Map<string, string>();
  let [abstract, level, number] = ['', '', ''];
  await readXml(archive.stream('word/numbering.xml'), {
    open(name, attributes) {
      if (name === 'abstractNum') abstract = attributes['w:abstractNumId'] ?? '';
      if (name === 'lvl') level = attributes['w:ilvl'] ?? '0';
      if (name === 'numFmt') counts.set(`${abstract} ${level}`, attributes['w:val'] !== 'bullet');
      if (name === 'num') number = attributes['w:numId'] ?? '';
      if (name === 'abstractNumId') abstractOf.set(number, attributes['w:val'] ?? '');
    },
  });
  for (const [id, of] of abstractOf) {
    for (let depth = 0; depth < 9; depth += 1) {
      numberings.set(`${id} ${depth}`, counts.get(`${of} ${depth}`) ?? false);
    }
  }
  return numberings;
}

/** What is known of the paragraph that is read, before its text comes. */
interface Paragraph {
  heading?: number | undefined;
  numbering?: string;
  depth: number;
}

function createBodyHandlers(
  markdown: MarkdownWriter,
  styles: ReadonlyMap<string, Style>,
  numberings: Numberings,
): MarkupHandlers {
  const counters = new Map<string, number>();
  let paragraph: Paragraph = { depth: 0 };
  let isText = false;
  let hasBegun = false;
  let skipping = 0;

  /** Lists that lie deeper start again when a shallower one goes on. */
  function countItem(numbering: string, depth: number): number {
    for (const key of counters.keys()) {
      if (key.startsWith(`${numbering} `) && Number(key.split(' ')[1]) > depth) counters.delete(key);
    }
    const key = `${numbering} ${depth}`;
    const count = (counters.get(key) ?? 0) + 1;
    counters.set(key, count);
    return count;
  }

  function toBlock({ heading, numbering, depth }: Paragraph): Block {
    if (heading !== undefined) return { heading };
    if (numbering === undefined) return {};
    const isCounted = numberings.get(`${numbering} ${depth}`) ?? false;
    return { item: { depth, number: isCounted ? countItem(numbering, depth) : undefined } };
  }

  function begin(): void {
    if (hasBegun) return;
    hasBegun = true;
    markdown.begin(toBlock(paragraph));
  }

  const opens: Readonly<Record<string, (attributes: Attributes) => void>> = {
    p() {
      markdown.end();
      paragraph = { depth: 0 };
      hasBegun = false;
    },
    pStyle: (attributes) => {
      paragraph.heading = styles.get(attributes['w:val'] ?? '')?.heading;
    },
    outlineLvl: (attributes) => {
      paragraph.heading ??= toLevel(attributes);
    },
    ilvl: (attributes) => {
      paragraph.depth = Math.min(8, Number(attributes['w:val']) || 0);
    },
    numId: (attributes) => {
      if (attributes['w:val'] !== '0') paragraph.numbering = attributes['w:val'] ?? '';
    },
    t() {
      begin();
      isText = true;
    },
    tab() {
      if (hasBegun) markdown.text('\t');
    },
    br() {
      if (hasBegun) markdown.breakLine();
    },
    cr() {
      if (hasBegun) markdown.breakLine();
    },
    noBreakHyphen: () => markdown.text('-'),
    tbl: () => markdown.beginTable(),
    tr: () => markdown.beginRow(),
    tc: () => markdown.beginCell(),
  };

  return {
    open(name, attributes) {
      // A fallback repeats, for older programs, what stands beside it.
      if (name === 'Fallback' || name === 'del' || name === 'moveFrom') skipping += 1;
      if (skipping === 0 && Object.hasOwn(opens, name)) opens[name]?.(attributes);
    },
    text(text) {
      if (isText && skipping === 0) markdown.text(text);
    },
    close(name) {
      if (name === 'Fallback' || name === 'del' || name === 'moveFrom') skipping -= 1;
      if (skipping > 0) return;
      if (name === 't') isText = false;
      if (name === 'p') markdown.end();
      if (name === 'tbl') markdown.endTable();
    },
  };
}
