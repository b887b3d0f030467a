import type { CompleteResult } from '@modelcontextprotocol/server';
import { InvalidPath, readDirectoryPath } from '../../files/file-path.ts';
import { filesUri } from '../../files/file-uri.ts';
import { ToolFailure } from '../../tool-failure.ts';
import type { MethodContext } from '../method.ts';
import { isObject, type JsonObject } from '../params.ts';
import { toUriTemplate } from './template.ts';

/** The most values that an answer may hold (MCP 2026-07-28 completion). */
const maxValues = 100;

/**
 * Answers `completion/complete` for the path of the template: the names in the directory so far that begin with what
 * follows the last slash, a directory with its slash. What is no path has no completions.
 */
export async function complete(
  { ref, argument }: JsonObject,
  context: MethodContext,
  start: string = filesUri,
): Promise<CompleteResult> {
  const isTemplate = isObject(ref) && ref.type === 'ref/resource' && ref.uri === toUriTemplate(start);
  if (!isTemplate) {
    throw new ToolFailure('there is nothing to complete but the template of resources/templates/list');
  }
  const { name, value } = isObject(argument) ? argument : {};
  if (name !== 'path' || typeof value !== 'string') return toResult([]);
  try {
    return await completePath(value, context);
  } catch (error) {
    if (error instanceof InvalidPath) return toResult([]);
    throw error;
  }
}

/** Names that begin alike follow each other in a listing, and directly behind what they begin with. */
async function completePath(value: string, { files, signal }: MethodContext): Promise<CompleteResult> {
  const slash = value.lastIndexOf('/');
  const before = value.slice(0, slash + 1);
  const begun = value.slice(slash + 1).normalize('NFC');
  const directory = readDirectoryPath(before === '/' ? '' : before);
  if (begun !== '') readDirectoryPath(begun);
  const { entries } = await files.list(directory, {
    recursive: false,
    limit: maxValues + 1,
    ...(begun !== '' && { after: { kind: 'file', name: begun } }),
    signal,
  });
  const names = entries
    .filter(({ name }) => name.startsWith(begun))
    .map(({ kind, name }) => `${before}${name}${kind === 'directory' ? '/' : ''}`);
  return toResult(names.slice(0, maxValues), names.length > maxValues);
}

function toResult(values: string[], hasMore = false): CompleteResult {
  return { completion: { values, hasMore } };
}
