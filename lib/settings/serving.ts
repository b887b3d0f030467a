import * as z from 'zod';
import type { FileRootsName, ToolVisibilityName } from '../../lambda/settings.ts';
import { allScopes } from '../../lambda/tools/scopes.ts';
import { isSecureOrigin, isSecureUrl } from '../secure-url.ts';
import { count, flag, list } from './rules.ts';

/**
 * Web clients that people connect, by the origin of their pages. Clients that are programs (Claude Code, Cursor,
 * VS Code) send no origin, and pages on loopback (the MCP Inspector) are always admitted.
 */
const webClients = [
  'https://claude.ai',
  'https://claude.com',
  'https://chatgpt.com',
  'https://vscode.dev',
  'https://insiders.vscode.dev',
  'https://github.dev',
];

/** Where people read about this server, unless the operator has a page of their own. */
const casdoorDocumentation = 'https://casdoor.org/docs/mcp-auth/third-party-integration';

const toolVisibility: readonly ToolVisibilityName[] = ['all', 'permitted'];
const fileRoots: readonly FileRootsName[] = ['shared', 'organization', 'user'];

/** What fits into a request of 4 MiB after JSON escaping. */
const maxWriteBytes = 3 * 1024 ** 2;

/** Settings of what callers see and may do: tools, files, limits for each of them. */
export const servingSettings = {
  initialScopes: list(z.enum(allScopes), ['files:list', 'files:read'], 1).describe(
    `scopes separated by commas, of ${allScopes.join(', ')}`,
  ),
  toolVisibility: z
    .enum(toolVisibility)
    .default('all')
    .describe('all, or permitted to hide the tools that a token may not call'),
  fileRoots: z
    .enum(fileRoots)
    .default('shared')
    .describe(
      'whose files a caller sees: shared (everybody’s, machines too), organization or user (a machine then has its own)',
    ),
  isolation: z
    .enum(['code', 'iam'])
    .default('code')
    .describe('code, or iam to give each caller’s S3 calls a role session of their own'),
  deletion: flag().default(true).describe('true, or false to take away the tools that delete'),
  chatgptTools: flag()
    .default(false)
    .describe(
      'true to add search and fetch, the tools that ChatGPT’s deep research and company knowledge need',
    ),
  maxWriteBytes: count(1, maxWriteBytes)
    .default(maxWriteBytes)
    .describe(
      `the most content that one call of write_file or append_file takes, in bytes: a whole number, at least 1, up to ${maxWriteBytes}; base64 and escapes leave less, because a request is at most 4 MiB of JSON`,
    ),
  callsPerMinute: count(1)
    .optional()
    .describe('tool calls a minute for each caller: a whole number, at least 1'),
  bytesPerDay: count(1).optional().describe('bytes a day for each caller: a whole number, at least 1'),
  logPaths: flag().default(false).describe('true to log the paths of files, or false to log their hashes'),
  connectPage: flag()
    .default(true)
    .describe('true, or false to serve no page for people at the root of the host'),
  writerMetadata: flag()
    .default(true)
    .describe('true to keep with each file who wrote it, by the name and the client of the token, or false'),
  allowedOrigins: list(z.string().refine(isSecureOrigin), webClients).describe(
    'the https origins of web clients, separated by commas, in place of these; programs and pages on loopback are always admitted',
  ),
  resourceName: z
    .string()
    .min(1)
    .default('Casdoor MCP file server')
    .describe('the name that people see when they sign in'),
  documentationUrl: z
    .string()
    .refine(isSecureUrl)
    .default(casdoorDocumentation)
    .describe('the https URL of a page for people'),
};
