import * as z from 'zod';
import { showName } from '../files/file-path.ts';
import { filesUri, readFileUri, toFileUri } from '../files/file-uri.ts';
import { longestAnswer } from '../search/answer-room.ts';
import { ToolFailure } from '../tool-failure.ts';
import { readFile } from './read-file.ts';
import { type ContentBlock, defineTool } from './tool.ts';

/** The facts at the end of what `read_file` answers, as far as they are looked at here. */
type Facts = Readonly<Record<string, unknown>> & {
  readonly path: string;
  readonly media_type: string;
  readonly next_cursor?: string;
  readonly next_pages?: string;
  readonly next_offset?: number;
};

/**
 * Reads a file in the shape that ChatGPT's deep research and company knowledge call (OpenAI, "Building MCP servers for
 * ChatGPT and API integrations"). What it reads is what `read_file` answers.
 */
export const fetch = defineTool({
  name: 'fetch',
  title: 'Fetch a file',
  description:
    'Read the text of a file that search found, of documents too. About 10,000 tokens come at once: when there is ' +
    'more, the text ends with the id that fetches what follows, which is next_id of the metadata too.',
  input: z.strictObject({
    id: z
      .string()
      .min(1)
      .max(8_000)
      .describe('From search, or next_id; files:///book.xlsx?sheet=2 or files:///a.pdf?pages=3-5 is a part'),
  }),
  output: z.object({
    id: z.string(),
    title: z.string(),
    text: z.string(),
    url: z.string(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  maxCharacters: longestAnswer,

  async run({ id }, context) {
    // No path begins so, because the second of these slashes would end an empty segment.
    const asked = id.startsWith(filesUri) ? readFileUri(filesUri, id) : { path: id, query: {} };
    const answer = await readFile.run({ ...asked.query, path: asked.path }, context);
    const blocks = 'content' in answer ? answer.content : [];
    const { path, next_cursor: _, ...facts } = readFacts(blocks.at(-1));
    const texts = blocks.slice(0, -1).map((block) => readText(block, { path, ...facts }));
    const next = toNext(readFacts(blocks.at(-1)), asked.query);
    const more = next === undefined ? '' : `\n\n[more follows: fetch ${JSON.stringify(next)}]`;
    const structured = {
      id,
      title: showName(path),
      text: `${texts.join('')}${more}`,
      url: toFileUri(filesUri, path),
      metadata: { ...facts, ...(next !== undefined && { next_id: next }) },
    };
    return { text: JSON.stringify(structured), structured };
  },
});

/** Where what follows is read: the file's URI with a cursor, or the pages or lines of a document. */
function toNext(
  { path, next_cursor: cursor, next_pages: pages, next_offset: offset }: Facts,
  query: Readonly<Record<string, string>>,
): string | undefined {
  const { offset: _offset, limit: _limit, head: _head, tail: _tail, pages: _pages, ...same } = query;
  if (cursor !== undefined) return toFileUri(filesUri, path, { ...query, cursor });
  if (pages === undefined && offset === undefined) return undefined;
  const at = { ...(pages !== undefined && { pages }), ...(offset !== undefined && { offset: `${offset}` }) };
  return toFileUri(filesUri, path, { ...same, ...at });
}

/** Throws `ToolFailure` for what is no text: as the text of a file a sentence could be quoted. */
function readText(block: ContentBlock, { path, media_type: mediaType }: Facts): string {
  if (block.type === 'text') return block.text;
  throw new ToolFailure(
    `"${path}" is ${mediaType} and cannot be fetched as text: call read_file, which shows it or says why`,
  );
}

/** What `read_file` ends each answer with. */
function readFacts(block: ContentBlock | undefined): Facts {
  if (block?.type !== 'text') throw new Error('read_file answered without facts');
  return JSON.parse(block.text);
}
