import type { Tool as ListedTool } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { findScopes, holdsScope, type Scope, type ScopeTable } from '../tools/scopes.ts';
import type { Tool, ToolEntry } from '../tools/tool.ts';

/**
 * Which tools a caller sees: `all`, so that a client can ask for the scope of a tool that it may not call yet, or
 * only those that the token's scopes have `permitted`.
 */
export type ToolVisibility = 'all' | 'permitted';

/** A tool as `tools/list` answers it, with the scheme from which ChatGPT learns the scopes before it calls. */
type ToolWithScopes = ListedTool & { readonly securitySchemes: readonly SecurityScheme[] };

interface SecurityScheme {
  readonly type: 'oauth2';
  readonly scopes: readonly string[];
}

/** Lists the tools that a caller with these scopes sees. */
export type ListTools = (granted: ReadonlySet<string>) => Promise<ListedTool[]>;

/** How tools are listed. */
export interface ToolListOptions {
  readonly visibility: ToolVisibility;
  /** What the authorization server puts before the name of each scope. */
  readonly scopePrefix: string;
}

/**
 * Creates the answer to `tools/list`. The first call loads the tools and makes its entries, which live as long as
 * the execution environment: schemas and scopes change only with a deployment.
 */
export function createListTools(
  tools: readonly ToolEntry[],
  table: ScopeTable,
  { visibility, scopePrefix }: ToolListOptions,
): ListTools {
  const toListed = async (entry: ToolEntry) =>
    toListedTool(await entry.load(), findScopes(table, entry.name) ?? [], scopePrefix);
  let listing: Promise<readonly ToolWithScopes[]> | undefined;
  return async (granted) => {
    listing ??= Promise.all(tools.map(toListed));
    const listed = await listing;
    if (visibility === 'all') return [...listed];
    return listed.filter(({ name }) => findScopes(table, name)?.every((scope) => holdsScope(granted, scope)));
  };
}

function toListedTool(tool: Tool, scopes: readonly Scope[], scopePrefix: string): ToolWithScopes {
  const prefixed = scopes.map((scope) => `${scopePrefix}${scope}`);
  const securitySchemes: readonly SecurityScheme[] = [{ type: 'oauth2', scopes: prefixed }];
  const needs = scopes.length === 0 ? 'Needs no scope.' : `Needs ${scopes.join(' and ')}.`;
  return {
    name: tool.name,
    title: tool.title,
    description: `${tool.description} ${needs}`,
    inputSchema: toJsonSchema(tool.input, 'input'),
    ...(tool.output && { outputSchema: toJsonSchema(tool.output, 'output') }),
    annotations: tool.hints,
    securitySchemes,
    _meta: {
      // Repeated here, because SDKs drop fields that they do not know.
      securitySchemes,
      // Up to here Claude Code shows an answer whole, in place of 50,000 characters.
      ...(tool.maxCharacters !== undefined && { 'anthropic/maxResultSizeChars': tool.maxCharacters }),
    },
  };
}

/**
 * JSON Schema 2020-12, the default dialect of MCP, which is therefore not named unless the tool names it. Left out is what
 * zod adds and no model needs: the bounds of safe integers, and the pattern of a time beside its format.
 */
function toJsonSchema(schema: z.ZodObject, io: 'input' | 'output'): ListedTool['inputSchema'] {
  const { $schema, ...jsonSchema } = z.toJSONSchema(schema, { io, override: shorten });
  const dialect = schema.meta()?.$schema === undefined ? {} : { $schema };
  // An object schema of zod is an object schema of JSON Schema.
  return { ...dialect, ...jsonSchema } as ListedTool['inputSchema'];
}

function shorten({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}
