import * as z from 'zod';
import { type FilePath, readFilePath } from '../files/file-path.ts';
import { type FileFacts, FileStoreError, type FileStoreFailure } from '../files/file-store.ts';
import { maxTextBytes, readWholeText } from '../text/whole-text.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toTextMediaType } from './answer/media-type.ts';
import { toWrittenFile, toWrittenText, writtenFile } from './answer/written-file.ts';
import { readContent } from './input/file-content.ts';
import { pathInput } from './input/path-input.ts';
import { ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool, type ToolContext } from './tool.ts';

/** How often an append begins again when another one was faster. */
const maxRetries = 8;

/** How long it waits at most before it begins again the first time, and later, in milliseconds. */
const pauses = { first: 50, longest: 1_500 };

/** Adds text to the end of one file. */
export const appendFile = defineTool({
  name: 'append_file',
  title: 'Append to a file',
  description:
    'Add text to the end of a text file of at most 4 MiB, exactly as it is: begin or end it with "\\n" where ' +
    'a line should begin or end. Nothing is lost when others append at the same time.',
  input: z.strictObject({
    path: pathInput.describe('File, for example "notes/log.md"'),
    content: z.string().describe('The text to add, up to about 2 MiB unless the operator allows less'),
    create: z.boolean().default(true).describe('Create the file if there is none'),
    if_match: ifMatchInput,
  }),
  output: writtenFile,
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },

  async run({ path, content, create, if_match }, context) {
    const file = readFilePath(path);
    const addition = readContent(content, 'utf8', context.limits.maxWriteBytes);
    const condition = readWriteCondition(if_match);
    const etag = condition.kind === 'match' ? condition.etag : undefined;
    const mayCreate = create && etag === undefined;
    const races: readonly FileStoreFailure['code'][] = mayCreate
      ? ['conflict', 'already_exists', 'not_found']
      : ['conflict'];
    const work = () => append(file, addition, { etag, mayCreate }, context);
    const written = await (etag === undefined ? retry(work, races, context.signal) : work());
    return { text: `Appended to ${toWrittenText(written)}.`, structured: toWrittenFile(written) };
  },
});

async function append(
  path: FilePath,
  addition: Uint8Array,
  { etag, mayCreate }: { etag: string | undefined; mayCreate: boolean },
  context: ToolContext,
): Promise<FileFacts> {
  const { files, signal } = context;
  const present = await readWholeText(path, etag, context).catch((error: unknown) => {
    if (mayCreate && isFailure(error, ['not_found'])) return undefined;
    throw error;
  });
  if (!present) {
    const mediaType = toTextMediaType(path);
    return files.write(path, addition, { mediaType, condition: { kind: 'absent' }, signal });
  }
  const size = present.bytes.length + addition.length;
  if (size > maxTextBytes) {
    throw new ToolFailure(
      `the file would become ${size} bytes long, more than the ${maxTextBytes} that can be appended to, and ` +
        'nothing was changed: write to another file, or call create_upload_url and upload it whole',
    );
  }
  const content = new Uint8Array(size);
  content.set(present.bytes);
  content.set(addition, present.bytes.length);
  return files.write(path, content, {
    mediaType: present.facts.mediaType,
    condition: { kind: 'match', etag: etag ?? present.facts.etag },
    signal,
  });
}

/**
 * Begins again after a race: then the file is no longer what it was when it was read. Each time it waits longer,
 * and by chance, so that those who race with each other come apart.
 */
async function retry<Result>(
  work: () => Promise<Result>,
  races: readonly FileStoreFailure['code'][],
  signal: AbortSignal,
): Promise<Result> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await work();
    } catch (error) {
      if (retries === maxRetries || !isFailure(error, races)) throw error;
    }
    await pause(Math.random() * Math.min(pauses.first * 2 ** retries, pauses.longest), signal);
  }
}

/** Waits, unless the signal is aborted first. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
  });
}

function isFailure(error: unknown, codes: readonly FileStoreFailure['code'][]): boolean {
  return error instanceof FileStoreError && codes.includes(error.failure.code);
}
