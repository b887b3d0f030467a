import type { Archive } from '../archive.ts';
import { DocumentFailure, type OpenDocument } from '../document.ts';
import { createMarkdown, type MarkdownWriter } from '../markdown.ts';
import { type Attributes, createMarkupParser, type MarkupHandlers, readXml } from '../markup.ts';
import { toLines } from '../pieces.ts';
import { readOfficeFacts } from './office-facts.ts';
import { readRelationships } from './relationships.ts';

const presentationPart = 'ppt/presentation.xml';

/**
 * Opens a presentation of PowerPoint (ECMA-376 part 1, PresentationML): its slides in their order, hidden ones
 * included, each with its notes.
 */
export async function openPptx(archive: Archive): Promise<OpenDocument> {
  const parts = new Map(
    (await readRelationships(archive, presentationPart)).map(({ id, part }) => [id, part]),
  );
  const slides: string[] = [];
  await readXml(archive.stream(presentationPart), {
    open(name, attributes) {
      const part = parts.get(attributes['r:id'] ?? '') ?? '';
      if (name === 'sldId' && archive.has(part)) slides.push(part);
    },
  });
  if (slides.length === 0) throw new DocumentFailure('it is a presentation without slides');
  const notes = archive.has('ppt/vbaProject.bin') ? ['its macros are not read'] : [];
  return {
    facts: {
      kind: 'pptx',
      unit: 'slide',
      count: slides.length,
      ...(await readOfficeFacts(archive)),
      ...(notes.length > 0 && { notes }),
    },
    lines: (slide) => toLines(readSlide(archive, slides[slide - 1] ?? '')),
  };
}

async function* readSlide(archive: Archive, part: string): AsyncGenerator<string[]> {
  const slide = await readShapes(archive, part, false);
  yield slide.length > 0 ? slide : ['[no text on this slide]'];
  const notes = (await readRelationships(archive, part)).find(({ type }) => type === 'notesSlide');
  const spoken = notes && archive.has(notes.part) ? await readShapes(archive, notes.part, true) : [];
  if (spoken.length > 0) yield ['', 'Notes:', '', ...spoken];
}

/** Notes are paragraphs, where a slide's body is a list. */
async function readShapes(archive: Archive, part: string, isNotes: boolean): Promise<string[]> {
  const markdown = createMarkdown();
  const parser = createMarkupParser(createShapeHandlers(markdown, isNotes), { isXml: true });
  for await (const piece of archive.stream(part)) parser.write(piece);
  parser.end();
  markdown.end();
  return markdown.take();
}

/** Placeholders that repeat on every slide: its number, the date, headers and footers, and the slide above its notes. */
const furniture = new Set(['sldNum', 'dt', 'ftr', 'hdr', 'sldImg']);

function createShapeHandlers(markdown: MarkdownWriter, isNotes: boolean): MarkupHandlers {
  let placeholder: string | undefined;
  let depth = 0;
  let isText = false;
  let isCell = false;
  let hasBegun = false;

  function begin(): void {
    if (hasBegun) return;
    hasBegun = true;
    const isTitle = placeholder === 'title' || placeholder === 'ctrTitle';
    const isBody = placeholder === 'body' || placeholder === 'obj' || placeholder === '';
    if (isTitle) markdown.begin({ heading: 1 });
    else if (isBody && !isCell && !isNotes) markdown.begin({ item: { depth } });
    else markdown.begin();
  }

  const opens: Readonly<Record<string, (attributes: Attributes) => void>> = {
    sp: () => {
      placeholder = undefined;
    },
    ph: ({ type = '' }) => {
      placeholder = type;
    },
    p() {
      markdown.end();
      hasBegun = false;
      depth = 0;
    },
    pPr: ({ lvl = '0' }) => {
      depth = Math.min(8, Number(lvl) || 0);
    },
    t() {
      begin();
      isText = true;
    },
    br() {
      if (hasBegun) markdown.breakLine();
    },
    tbl() {
      placeholder = undefined;
      markdown.beginTable();
    },
    tr: () => markdown.beginRow(),
    tc() {
      isCell = true;
      markdown.beginCell();
    },
  };

  return {
    open(name, attributes) {
      if (Object.hasOwn(opens, name)) opens[name]?.(attributes);
    },
    text(text) {
      if (isText && !furniture.has(placeholder ?? 'none')) markdown.text(text);
    },
    close(name) {
      if (name === 't') isText = false;
      if (name === 'p') markdown.end();
      if (name === 'tc') isCell = false;
      if (name === 'tbl') markdown.endTable();
      if (name === 'sp') placeholder = undefined;
    },
  };
}
