import { defineTool, readFilePath, type ScopeTable, ToolFailure } from 'casdoor-mcp-file-server/tools';
import * as z from 'zod';

const countWords = defineTool({
  name: 'count_words',
  title: 'Count words',
  description: 'Count the words in the first MiB of a text file.',
  input: z.strictObject({ path: z.string() }),
  output: z.object({ words: z.number().int() }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run({ path }, { files, signal }) {
    const { bytes } = await files.read(readFilePath(path), { start: 0, length: 1024 ** 2, signal });
    if (bytes.includes(0)) throw new ToolFailure(`"${path}" is no text: name a text file`);
    const words = new TextDecoder().decode(bytes).split(/\s+/).filter(Boolean).length;
    return { text: `${words} words`, structured: { words } };
  },
});

/** The tools that this app adds. */
export const tools = [countWords];

/** The scopes that each of them requires, of `files:list`, `files:read` and `files:write`. */
export const scopesOfTools: ScopeTable = { count_words: ['files:read'] };
