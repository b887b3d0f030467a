import * as z from 'zod';
import { readNewFilePath } from '../files/file-path.ts';
import { toAddition } from '../text/addition.ts';
import { rewriteText } from '../text/rewrite.ts';
import { maxTextBytes } from '../text/whole-text.ts';
import { ToolFailure } from '../tool-failure.ts';
import { toTextMediaType } from './answer/media-type.ts';
import { toWrittenFile, toWrittenText, writtenFile } from './answer/written-file.ts';
import { readContent, toTextBytes } from './input/file-content.ts';
import { pathInput } from './input/path-input.ts';
import { ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool } from './tool.ts';

/** Adds text to the end of one file. */
export const appendFile = defineTool({
  name: 'append_file',
  title: 'Append to a file',
  description:
    'Add text to the end of a text file of at most 4 MiB, such as a log; what others append meanwhile is kept. ' +
    'Begin or end it with "\\n" where a line should begin or end. Answers the etag and the size.',
  input: z.strictObject({
    path: pathInput,
    content: z.string().describe('Its line ends become those of the file'),
    create: z.boolean().default(true).describe('Create the file if it is missing'),
    if_match: ifMatchInput,
  }),
  output: writtenFile,
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },

  async run({ path, content, create, if_match }, context) {
    const file = readNewFilePath(path);
    // Refuses too much of it, and half of a character, before anything is read.
    readContent(content, 'utf8', context.limits.maxWriteBytes);
    const toBytes = (present: Uint8Array) => toTextBytes(toAddition(present, content));
    const condition = readWriteCondition(if_match);
    const etag = condition.kind === 'match' ? condition.etag : undefined;
    const mediaType = await toTextMediaType(file);
    const mayCreate = create && etag === undefined;
    const { written } = await rewriteText(
      {
        path: file,
        etag,
        change: ({ bytes }) => ({ content: join(bytes, toBytes(bytes)), details: undefined }),
        create: mayCreate
          ? () => ({
              content: toBytes(new Uint8Array()),
              details: undefined,
              mediaType,
            })
          : undefined,
      },
      context,
    );
    return { text: `Appended to ${toWrittenText(written)}.`, structured: toWrittenFile(written) };
  },
});

function join(present: Uint8Array, addition: Uint8Array): Uint8Array {
  const size = present.length + addition.length;
  if (size > maxTextBytes) {
    throw new ToolFailure(
      `the file would become ${size} bytes long, more than the ${maxTextBytes} that can be appended to, and ` +
        'nothing was changed: write to another file, or call create_upload_url and upload it whole',
    );
  }
  const content = new Uint8Array(size);
  content.set(present);
  content.set(addition, present.length);
  return content;
}
