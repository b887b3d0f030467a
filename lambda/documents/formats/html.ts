import type { DocumentSource, OpenDocument } from '../document.ts';
import { createMarkdown, type MarkdownWriter } from '../markdown.ts';
import { type Attributes, createMarkupParser, type MarkupHandlers } from '../markup.ts';
import { readFromStart, toLines } from '../pieces.ts';

/** What is read of an HTML file to tell its title. */
const headBytes = 64 * 1024;

/** Elements whose content is no text of the page. */
const skipped = new Set([
  'head',
  'script',
  'style',
  'template',
  'noscript',
  'svg',
  'math',
  'iframe',
  'object',
]);

const blocks = new Set(
  (
    'address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure footer form ' +
    'header hgroup hr html legend main nav p section summary'
  ).split(' '),
);

/**
 * Opens an HTML file: one text, in Markdown. Links keep their addresses, and nothing that they or the page name is
 * fetched.
 */
export async function openHtml(source: DocumentSource): Promise<OpenDocument> {
  const title = readTitle(await source.read(0, headBytes));
  return {
    facts: { kind: 'html', unit: 'text', count: 1, ...(title !== '' && { title }) },
    lines: () => toLines(readMarkdown(readFromStart(source))),
  };
}

/** Writes HTML as lines of Markdown, piece by piece. */
export async function* readMarkdown(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<string[]> {
  const markdown = createMarkdown();
  const parser = createMarkupParser(createHtmlHandlers(markdown), { isXml: false });
  for await (const piece of pieces) {
    parser.write(piece);
    yield markdown.take();
  }
  parser.end();
  markdown.end();
  yield markdown.take();
}

function readTitle(bytes: Uint8Array): string {
  let title = '';
  let isInside = false;
  const handlers: MarkupHandlers = {
    open: (name) => {
      isInside = name === 'title' && title === '';
    },
    text: (text) => {
      if (isInside) title += text;
    },
    close: () => {
      isInside = false;
    },
  };
  const parser = createMarkupParser(handlers, { isXml: false });
  parser.write(bytes);
  parser.end();
  return title.replace(/\s+/g, ' ').trim();
}

/** Turns the elements of HTML into blocks. */
function createHtmlHandlers(markdown: MarkdownWriter): MarkupHandlers {
  const lists: { count: number | undefined }[] = [];
  const links: string[] = [];
  let skipping = 0;
  let preformatted = 0;
  const isInItem = (name: string) => name === 'p' && lists.length > 0;

  const opens: Readonly<Record<string, (attributes: Attributes) => void>> = {
    pre() {
      preformatted += 1;
      markdown.begin({ isPreformatted: true });
    },
    ul() {
      markdown.end();
      lists.push({ count: undefined });
    },
    ol({ start = '1' }) {
      markdown.end();
      lists.push({ count: /^\d{1,9}$/.test(start) ? Number(start) - 1 : 0 });
    },
    li() {
      const list = lists.at(-1);
      if (list?.count !== undefined) list.count += 1;
      markdown.begin({ item: { depth: Math.max(0, lists.length - 1), number: list?.count } });
    },
    br: () => markdown.breakLine(),
    a({ href = '' }) {
      const shown = /^(https?:|mailto:)/i.test(href) ? href : '';
      links.push(shown);
      if (shown !== '') markdown.text('[');
    },
    img: ({ alt = '' }) => markdown.text(alt),
    table: () => markdown.beginTable(),
    tr: () => markdown.beginRow(),
    td: () => markdown.beginCell(),
    th: () => markdown.beginCell(),
  };

  const closes: Readonly<Record<string, () => void>> = {
    pre() {
      preformatted -= 1;
      markdown.end();
    },
    ul() {
      markdown.end();
      lists.pop();
    },
    ol: () => closes.ul?.(),
    li: () => markdown.end(),
    a() {
      const href = links.pop() ?? '';
      if (href !== '') markdown.text(`](${href})`);
    },
    table: () => markdown.endTable(),
  };

  return {
    open(name, attributes) {
      if (skipped.has(name)) skipping += 1;
      if (skipping > 0) return;
      const [, level] = /^h([1-6])$/.exec(name) ?? [];
      if (level !== undefined) markdown.begin({ heading: Number(level) });
      else if (Object.hasOwn(opens, name)) opens[name]?.(attributes);
      // A paragraph in an item goes on with the item.
      else if (isInItem(name)) markdown.text(' ');
      else if (blocks.has(name)) markdown.begin();
    },
    close(name) {
      if (skipped.has(name)) skipping = Math.max(0, skipping - 1);
      if (skipping > 0) return;
      if (Object.hasOwn(closes, name)) closes[name]?.();
      else if (/^h[1-6]$/.test(name) || (blocks.has(name) && !isInItem(name))) markdown.end();
    },
    // A line end in the source is a space, but for what is preformatted.
    text(text) {
      if (skipping === 0) markdown.text(preformatted > 0 ? text : text.replace(/\s+/g, ' '));
    },
  };
}
