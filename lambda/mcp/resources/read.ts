import type { ReadResourceResult } from '@modelcontextprotocol/server';
import type { FilePath } from '../../files/file-path.ts';
import { filesUri, readFileUri, toFileUri } from '../../files/file-uri.ts';
import { findImageType } from '../../files/image-type.ts';
import { ToolFailure } from '../../tool-failure.ts';
import { maxMediaBytes } from '../../tools/answer/binary-answer.ts';
import { toBase64 } from '../../tools/input/base64.ts';
import { readFile } from '../../tools/read-file.ts';
import type { ContentBlock } from '../../tools/tool.ts';
import type { MethodContext } from '../method.ts';
import type { JsonObject } from '../params.ts';
import { readArguments } from './template.ts';

type Contents = ReadResourceResult['contents'];

/** The facts at the end of what `read_file` answers, as far as they are looked at here. */
type Facts = Readonly<Record<string, unknown>> & {
  readonly path: string;
  readonly size: number;
  readonly media_type: string;
  readonly etag: string;
  readonly next_cursor?: string;
};

/**
 * Answers `resources/read` with what `read_file` answers for the same arguments: the same windows and the same
 * bounds. A whole text, image or sound is one item; its facts are in `_meta`. Where something is missing or is to be
 * said, a second item tells the facts, under the URI that goes on. Other content comes as a blob up to the same bound,
 * and above it as facts with a link.
 */
export async function readResource(
  { uri }: JsonObject,
  context: MethodContext,
  start: string = filesUri,
): Promise<ReadResourceResult> {
  const { path, query } = readFileUri(start, typeof uri === 'string' ? uri : '');
  const input = readInput(path, query);
  const answer = await readFile.run(input, { ...context, reportProgress: async () => {} });
  const blocks = 'content' in answer ? answer.content : [];
  const facts = readFacts(blocks.at(-1));
  const link = blocks.find((block) => block.type === 'resource_link');
  const own = toFileUri(start, path, query);
  if (link) return { contents: [await toBlob({ path, uri: own, facts, link: link.uri }, context, query)] };
  const _meta = { 'casdoor-mcp-file-server/facts': facts };
  // What was made of a document is text, whatever the document is.
  const textType = facts.document === undefined ? facts.media_type : 'text/plain; charset=utf-8';
  const contents: Contents = blocks.slice(0, -1).flatMap((block): Contents => {
    if (block.type === 'text') return [{ uri: own, mimeType: textType, text: block.text, _meta }];
    if (block.type === 'image' || block.type === 'audio')
      return [{ uri: own, mimeType: block.mimeType, blob: block.data, _meta }];
    return [];
  });
  if (contents.length === 0) contents.push({ uri: own, mimeType: facts.media_type, text: '', _meta });
  return { contents: [...contents, ...toRest(start, facts, query)] };
}

/** What a model must be told beside the text: that more follows, or a note. */
function toRest(start: string, facts: Facts, query: Readonly<Record<string, string>>): Contents {
  const { next_cursor: cursor, truncated, note } = facts;
  if (cursor === undefined && truncated !== true && note === undefined) return [];
  const { offset: _offset, limit: _limit, head: _head, ...same } = query;
  const uri = toFileUri(start, facts.path, cursor === undefined ? query : { ...same, cursor });
  return [{ uri, mimeType: 'application/json', text: JSON.stringify(facts) }];
}

/** A link is what `read_file` has for content that is neither text, nor image, nor sound; a blob is more use here. */
async function toBlob(
  { path, uri, facts, link }: { path: FilePath; uri: string; facts: Facts; link: string },
  { files, signal }: MethodContext,
  { version_id: versionId }: Readonly<Record<string, string>>,
): Promise<Contents[number]> {
  if (facts.size > maxMediaBytes) {
    return { uri, mimeType: 'application/json', text: JSON.stringify({ ...facts, download_url: link }) };
  }
  const { size: length, etag, media_type: mediaType } = facts;
  const version = versionId !== undefined && { versionId };
  const { bytes } = await files.read(path, { start: 0, length, etag, ...version, signal });
  return { uri, mimeType: toBlobType(mediaType, bytes), blob: toBase64(bytes) };
}

/** What is called an image and is none ends the conversation of some clients for good. */
function toBlobType(mediaType: string, bytes: Uint8Array): string {
  if (!mediaType.startsWith('image/')) return mediaType;
  return findImageType(bytes) ?? 'application/octet-stream';
}

/** Reads the query as arguments for `read_file`, which reads their values. Throws `ToolFailure` for other names. */
function readInput(path: FilePath, query: Readonly<Record<string, string>>): unknown {
  const names: readonly string[] = readArguments;
  const unknown = Object.keys(query).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ToolFailure(`the URI asks for "${unknown}": it may ask for ${names.join(', ')}`);
  }
  return { ...query, path };
}

/** What `read_file` ends each answer with. */
function readFacts(block: ContentBlock | undefined): Facts {
  if (block?.type !== 'text') throw new Error('read_file answered without facts');
  return JSON.parse(block.text);
}
