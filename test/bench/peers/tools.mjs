import * as z from 'zod';
import { listFiles, readFile, writeFile } from './files.mjs';

const path = z.string().describe('Path of the file');
const toResult = (text) => ({ content: [{ type: 'text', text }] });

/** The three tools of Casdoor's sample, for both MCP SDKs. `toSchema` makes an input schema from its properties. */
export function registerTools(server, toSchema) {
  server.registerTool(
    'read_file',
    { title: 'Read a file', description: 'Reads a text file.', inputSchema: toSchema({ path }) },
    async (input) => toResult(await readFile(input.path)),
  );
  server.registerTool(
    'write_file',
    {
      title: 'Write a file',
      description: 'Writes a text file.',
      inputSchema: toSchema({ path, content: z.string() }),
    },
    async (input) => {
      await writeFile(input.path, input.content);
      return toResult('written');
    },
  );
  server.registerTool(
    'list_files',
    { title: 'List files', description: 'Lists files.', inputSchema: toSchema({ path }) },
    async (input) => toResult(await listFiles(input.path)),
  );
}
