import type { Tool as ListedTool } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { findScopes, holdsScope, type Scope, type ScopeTable } from '../tools/scopes.ts';
import type { Tool } from '../tools/tool.ts';

/**
 * Which tools a caller is shown: `all`, so that a client can ask for the scope of what it may not call
 * yet, or only those that are `permitted` now.
 */
export type ListedTools = 'all' | 'permitted';

/** A tool as `tools/list` answers it, with what ChatGPT reads to know the scopes before it calls. */
type ToolEntry = ListedTool & { readonly securitySchemes: readonly SecurityScheme[] };

interface SecurityScheme {
  readonly type: 'oauth2';
  readonly scopes: readonly string[];
}

/** Lists the tools for a caller who was granted these scopes. */
export type ToolList = (granted: ReadonlySet<string>) => ListedTool[];

/**
 * Creates the tool list. Its entries are made on the first call and kept as long as the execution
 * environment: schemas and scopes change only with a deployment. `scopePrefix` is what the authorization server
 * wants before the names of scopes.
 */
export function createToolList(
  tools: readonly Tool[],
  table: ScopeTable,
  { listed, scopePrefix }: { readonly listed: ListedTools; readonly scopePrefix: string },
): ToolList {
  let entries: readonly ToolEntry[] | undefined;
  return (granted) => {
    entries ??= tools.map((tool) => toEntry(tool, findScopes(table, tool.name) ?? [], scopePrefix));
    if (listed === 'all') return [...entries];
    return entries.filter(({ name }) =>
      findScopes(table, name)?.every((scope) => holdsScope(granted, scope)),
    );
  };
}

function toEntry(tool: Tool, scopes: readonly Scope[], scopePrefix: string): ToolEntry {
  const asked = scopes.map((scope) => `${scopePrefix}${scope}`);
  const securitySchemes: readonly SecurityScheme[] = [{ type: 'oauth2', scopes: asked }];
  const needs = scopes.length === 0 ? 'Needs no scope.' : `Needs the scope ${scopes.join(' and ')}.`;
  return {
    name: tool.name,
    title: tool.title,
    description: `${tool.description} ${needs}`,
    inputSchema: toJsonSchema(tool.input, 'input'),
    ...(tool.output && { outputSchema: toJsonSchema(tool.output, 'output') }),
    annotations: tool.hints,
    securitySchemes,
    // Mirrored, because SDKs drop fields that they do not know.
    _meta: { securitySchemes },
  };
}

/** JSON Schema 2020-12, the default dialect of MCP. */
function toJsonSchema(schema: z.ZodObject, io: 'input' | 'output'): ListedTool['inputSchema'] {
  // An object schema of zod is an object schema of JSON Schema.
  return z.toJSONSchema(schema, { io }) as ListedTool['inputSchema'];
}
