import * as z from 'zod';
import { readNewFilePath } from '../files/file-path.ts';
import { toMediaType, toTextMediaType } from './answer/media-type.ts';
import { placedFile, placeFile, toPlacedAnswer } from './answer/written-place.ts';
import { readContent } from './input/file-content.ts';
import { pathInput } from './input/path-input.ts';
import { createOnlyInput, ifMatchInput, readWriteCondition } from './input/write-condition.ts';
import { defineTool } from './tool.ts';

const binaryNote = 'The content holds NUL characters: read_file and search_files take the file for binary.';

/** Creates or overwrites one file. */
export const writeFile = defineTool({
  name: 'write_file',
  title: 'Write a file',
  description:
    'Create or overwrite one whole file. To change part of it use edit_file, to add to its end append_file, for ' +
    'more than about 2 MiB create_upload_url. Answers the etag and which version it replaced.',
  input: z.strictObject({
    path: pathInput,
    content: z.string(),
    encoding: z.enum(['utf8', 'base64']).default('utf8').describe('base64 for what is not text'),
    if_match: ifMatchInput,
    create_only: createOnlyInput,
  }),
  output: placedFile,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },

  async run({ path, content, encoding, if_match, create_only }, { files, limits, signal }) {
    const file = readNewFilePath(path);
    const condition = readWriteCondition(if_match, create_only);
    const mediaType = encoding === 'utf8' ? await toTextMediaType(file) : await toMediaType(file);
    const bytes = readContent(content, encoding, limits.maxWriteBytes);
    const placed = await placeFile(file, condition, (demanded) =>
      files.write(file, bytes, { mediaType, condition: demanded, signal }),
    );
    const notes = encoding === 'utf8' && content.includes('\0') ? [binaryNote] : [];
    const toSentence = (written: string) => `Successfully wrote to ${written}.`;
    return toPlacedAnswer(files, placed, { notes, signal, toSentence });
  },
});
