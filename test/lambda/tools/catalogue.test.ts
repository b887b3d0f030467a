import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import * as catalogue from '../../../lambda/tools/catalogue.ts';
import { createTestServer, legacy, modern, type TestServer } from '../../support/mcp-server.ts';

type ListedTool = Tool & { readonly securitySchemes?: unknown };

const [list, read, write] = ['files:list', 'files:read', 'files:write'] as const;

/** What a tool changes, as the four hints of MCP say it. */
const hints = {
  reads: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  sharesReading: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  adds: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  replaces: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  sharesWriting: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  changes: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
};

interface Row {
  readonly name: string;
  readonly title: string;
  readonly hints: keyof typeof hints;
  readonly required?: readonly string[];
  /** Whether the answer is data for programs too. */
  readonly output: boolean;
  readonly scopes: readonly string[];
  /** Up to how many characters a client shall show an answer; 50,000 where nothing is said. */
  readonly maxCharacters?: number;
}

/** The catalogue as clients see it, pinned here and nowhere else. */
const rows: readonly Row[] = [
  {
    name: 'append_file',
    title: 'Append to a file',
    hints: 'adds',
    required: ['path', 'content'],
    output: true,
    scopes: [write],
  },
  {
    name: 'copy_directory',
    title: 'Copy a directory',
    hints: 'replaces',
    required: ['source', 'target'],
    output: false,
    scopes: [list, read, write],
  },
  {
    name: 'copy_file',
    title: 'Copy a file',
    hints: 'replaces',
    required: ['source', 'target'],
    output: true,
    scopes: [read, write],
  },
  {
    name: 'create_download_url',
    title: 'Create a download URL',
    hints: 'sharesReading',
    required: ['path'],
    output: true,
    scopes: [read],
  },
  {
    name: 'create_upload_url',
    title: 'Create an upload URL',
    hints: 'sharesWriting',
    required: ['path', 'size'],
    output: true,
    scopes: [write],
  },
  {
    name: 'delete_directory',
    title: 'Delete a directory',
    hints: 'replaces',
    required: ['path'],
    output: false,
    scopes: [list, write],
  },
  {
    name: 'delete_file',
    title: 'Delete a file',
    hints: 'replaces',
    required: ['path'],
    output: true,
    scopes: [write],
  },
  {
    name: 'edit_file',
    title: 'Edit a file',
    hints: 'changes',
    required: ['path', 'edits'],
    output: false,
    scopes: [read, write],
  },
  {
    name: 'edit_files',
    title: 'Edit many files',
    hints: 'changes',
    required: ['old_text', 'new_text'],
    output: false,
    scopes: [list, read, write],
  },
  {
    name: 'get_file_info',
    title: 'Get file info',
    hints: 'reads',
    required: ['path'],
    output: true,
    scopes: [read],
  },
  {
    name: 'list_file_versions',
    title: 'List the versions of a file',
    hints: 'reads',
    required: ['path'],
    output: true,
    scopes: [list],
    maxCharacters: 120_000,
  },
  {
    name: 'list_files',
    title: 'List files',
    hints: 'reads',
    output: true,
    scopes: [list],
    maxCharacters: 120_000,
  },
  {
    name: 'move_directory',
    title: 'Move a directory',
    hints: 'changes',
    required: ['source', 'target'],
    output: false,
    scopes: [list, read, write],
  },
  {
    name: 'move_file',
    title: 'Move a file',
    hints: 'changes',
    required: ['source', 'target'],
    output: true,
    scopes: [read, write],
  },
  {
    name: 'read_file',
    title: 'Read a file',
    hints: 'reads',
    required: ['path'],
    output: false,
    scopes: [read],
    maxCharacters: 120_000,
  },
  {
    name: 'read_multiple_files',
    title: 'Read several files',
    hints: 'reads',
    output: false,
    scopes: [read],
  },
  {
    name: 'restore_file',
    title: 'Restore a version of a file',
    hints: 'replaces',
    required: ['path', 'version_id'],
    output: true,
    scopes: [write],
  },
  {
    name: 'search_files',
    title: 'Search files',
    hints: 'reads',
    output: false,
    scopes: [list, read],
    maxCharacters: 120_000,
  },
  { name: 'whoami', title: 'Who am I', hints: 'reads', output: true, scopes: [] },
  {
    name: 'write_file',
    title: 'Write a file',
    hints: 'replaces',
    required: ['path', 'content'],
    output: true,
    scopes: [write],
  },
];

async function listTools(server: TestServer, request: object, scope = ''): Promise<readonly ListedTool[]> {
  const response = await server.send({ ...request, token: await server.token(scope) });
  return (await response.json()).result.tools;
}

describe('what a model is given of the tools', () => {
  // Every conversation pays for it, before anything is asked (counted in characters of JSON).
  it.each<[string, number, (tool: ListedTool) => object]>([
    [
      'name, description and input',
      17_000,
      ({ name, description, inputSchema }) => ({ name, description, inputSchema }),
    ],
    ['everything', 32_000, (tool) => tool],
  ])('stays within its budget: %s', async (_, limit, pick) => {
    const tools = await listTools(await createTestServer(), { body: legacy('tools/list') });
    expect(JSON.stringify(tools.map((tool) => pick(tool))).length).toBeLessThanOrEqual(limit);
  });

  it('names no dialect and repeats no bound that every integer and time has', async () => {
    const tools = await listTools(await createTestServer(), { body: legacy('tools/list') });
    expect(JSON.stringify(tools)).not.toMatch(/\$schema|9007199254740991|"date-time","pattern"/);
  });
});

describe('the catalogue', () => {
  it('is listed with titles, hints, schemas and scopes', async () => {
    const tools = await listTools(await createTestServer(), { body: legacy('tools/list') });
    expect(
      tools.map(({ name, title, annotations, inputSchema, outputSchema, description, ...tool }) => ({
        name,
        title,
        annotations,
        required: inputSchema.required,
        output: outputSchema?.type,
        // For models, and for ChatGPT at both places where it looks.
        needs: description?.split('. ').at(-1),
        securitySchemes: tool.securitySchemes,
        _meta: tool._meta,
      })),
    ).toEqual(
      rows.map(({ name, title, scopes, ...row }) => {
        const securitySchemes = [{ type: 'oauth2', scopes }];
        return {
          name,
          title,
          annotations: hints[row.hints],
          required: row.required,
          output: row.output ? 'object' : undefined,
          needs: scopes.length === 0 ? 'Needs no scope.' : `Needs ${scopes.join(' and ')}.`,
          securitySchemes,
          _meta: {
            securitySchemes,
            ...(row.maxCharacters && { 'anthropic/maxResultSizeChars': row.maxCharacters }),
          },
        };
      }),
    );
  });

  it('loses these tools where deletion is off', () => {
    const names = Object.values(catalogue).flatMap(({ name, deletes }) => (deletes ? [name] : []));
    expect(names).toEqual(['delete_directory', 'delete_file', 'move_directory', 'move_file']);
  });

  it('is the same in both eras of the protocol', async () => {
    const server = await createTestServer();
    const before = await listTools(server, { body: legacy('tools/list') });
    expect(await listTools(server, modern('tools/list'))).toEqual(before);
  });

  it.each(['', list, read, write, `${read} ${write}`, 'files'])(
    'shows a token of the scope "%s" only what it may call, if the operator wants it so',
    async (scope) => {
      const server = await createTestServer({ toolVisibility: 'permitted' });
      const granted = scope === 'files' ? [list, read, write] : scope.split(' ');
      const permitted = rows.filter(({ scopes }) => scopes.every((needed) => granted.includes(needed)));
      const tools = await listTools(server, { body: legacy('tools/list') }, scope);
      expect(tools.map(({ name }) => name)).toEqual(permitted.map(({ name }) => name));
    },
  );
});
