import {
  type CallToolResult,
  McpServer,
  type RequestMethod,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { RequestLog } from '../telemetry/request-log.ts';
import { ArgumentFailure, ToolFailure } from '../tool-failure.ts';
import { nameNearestOf, toToolFailure } from '../tools/answer/file-failure.ts';
import { findScopes, holdsScope, type ScopeTable } from '../tools/scopes.ts';
import type { Tool, ToolContext, UntypedAnswer } from '../tools/tool.ts';
import { endWith } from './end-with.ts';
import { handOn, keepJsonSchema } from './kept-json-schema.ts';
import { createMethodHandler, type Method } from './method.ts';
import { toParams } from './params.ts';
import type { ListTools, ToolVisibility } from './tool-list.ts';

/** What one MCP server serves, and for whom. */
export interface ServerOptions {
  /** The tool that is called; undefined for any other request, and for a name that no tool has. */
  readonly tool: Tool | undefined;
  readonly scopesOfTools: ScopeTable;
  /** What is served beside the tools. */
  readonly methods: readonly Method[];
  readonly scopesOfMethods: ScopeTable;
  readonly listTools: ListTools;
  readonly toolVisibility: ToolVisibility;
  /** What the tools work with; the progress is added for each call. */
  readonly context: Omit<ToolContext, 'reportProgress'>;
  readonly requestLog: RequestLog;
}

/** What clients see of this server; the version is that of `package.json`. */
const implementation = {
  name: 'casdoor-mcp-file-server',
  title: 'Casdoor MCP file server',
  version: '0.1.0',
};

/** What holds for several tools is said here once, because every conversation pays for each description. */
const instructions = [
  'Files in a shared, versioned store. Paths are relative to its root and use "/", for example "notes/today.md"; ' +
    'directories exist while files are in them and need not be created.',
  'Call list_files or search_files to see what is there.',
  'Others may change files at the same time. Answers name the etag of a file: pass it as if_match, and the call is ' +
    'refused if the file has another etag by then.',
  'What is overwritten or deleted stays as a version for a while: list_file_versions shows it, restore_file brings it ' +
    'back.',
  'An answer with next_cursor has more: repeat the call with the same arguments and next_cursor as cursor.',
  'Tools with dry_run true by default only tell what they would do: look, then call again with dry_run false.',
  'A tool whose scope is missing answers insufficient_scope: the user can then grant it.',
].join('\n');

/** How long clients may keep the list of tools, in milliseconds: it changes only with a deployment. */
const ttlMs = 300_000;

/** How long clients may keep a list of files, in milliseconds: about as long as a person looks at it. */
const listTtlMs = 10_000;

/**
 * Creates the MCP server of one request: the called tool and every method behind a gate of its own, and the list of
 * all tools. Nothing in it ever changes, so it announces no changes and no client opens a stream to wait for them.
 */
export function createServer(options: ServerOptions): McpServer {
  const { tool, context, listTools, toolVisibility } = options;
  const server = new McpServer(implementation, {
    capabilities: {
      tools: { listChanged: false },
      ...(options.methods.length > 0 && {
        resources: { listChanged: false, subscribe: false },
        completions: {},
      }),
    },
    instructions,
    cacheHints: {
      // A list that depends on the token must not be shared between callers (MCP 2026-07-28 caching).
      'tools/list': { ttlMs, cacheScope: toolVisibility === 'all' ? 'public' : 'private' },
      'server/discover': { ttlMs, cacheScope: 'public' },
      'resources/templates/list': { ttlMs, cacheScope: 'public' },
      // Each caller has files of one's own, and anybody may change them at any time.
      'resources/list': { ttlMs: listTtlMs, cacheScope: 'private' },
      'resources/read': { ttlMs: 0, cacheScope: 'private' },
    },
  });
  if (tool) {
    const { name, title, description, input, output, hints } = tool;
    const outputSchema = output && { outputSchema: keepJsonSchema(output) };
    // Tools read their arguments themselves; of the schema the SDK needs only which headers repeat an argument.
    const inputSchema = handOn(keepJsonSchema(input));
    const config = { title, description, inputSchema, ...outputSchema, annotations: hints };
    server.registerTool(name, config, createToolHandler(tool, options));
  }
  server.server.setRequestHandler('tools/list', async () => ({
    tools: await listTools(context.principal.scopes),
  }));
  for (const method of options.methods) {
    const handle = createMethodHandler(method, options);
    // The types of the SDK tie each method to its own result, which the method here does too.
    server.server.setRequestHandler(
      method.name as RequestMethod,
      ({ params }) => handle(toParams(params)) as never,
    );
  }
  return server;
}

/**
 * Puts a gate around a tool: it checks the scopes again, ends the tool at the deadline, and lets out no error but
 * the sentence meant for the model (the MCP SDK would send any error's message to the client).
 */
function createToolHandler(tool: Tool, options: ServerOptions) {
  const { scopesOfTools, context, requestLog } = options;
  return async (input: unknown, call: ServerContext): Promise<CallToolResult> => {
    const end = requestLog.startTool();
    const required = findScopes(scopesOfTools, tool.name);
    if (!required?.every((scope) => holdsScope(context.principal.scopes, scope))) {
      end('refused');
      return toErrorResult(`the token lacks the scope of ${tool.name}`);
    }
    try {
      const work = tool.run(input, { ...context, reportProgress: createReporter(call) });
      const answer = await endWith(context.signal, work);
      // A tool may leave out a file that it could not read. That is still an outage.
      const outage = requestLog.findOutage();
      end(outage === undefined ? 'ok' : 'outage', outage);
      return toResult(answer);
    } catch (error) {
      const failure = toToolFailure(error);
      if (failure instanceof ToolFailure) {
        const nearest = await nameNearestOf(error, context);
        // A tool may explain an outage in its own words. It is still an outage.
        if (requestLog.isOutage(failure.cause)) end('outage', failure.cause);
        else end(failure instanceof ArgumentFailure ? 'invalid' : 'failed');
        return toErrorResult(failure.message + nearest);
      }
      end(context.signal.aborted ? 'timeout' : 'outage', error);
      return toErrorResult(toSentence(tool, context.signal.aborted));
    }
  };
}

/** What the model is told about an outage. A tool that changes something may have done so before it ended. */
function toSentence({ hints }: Tool, isTimeout: boolean): string {
  const fault = isTimeout ? 'this took too long and was ended' : 'the file store cannot answer at the moment';
  if (!hints.readOnlyHint) {
    return `${fault}; it may have been done nevertheless: look with get_file_info at every path you gave before you try again`;
  }
  return `${fault}: ${isTimeout ? 'ask for less at once' : 'try again'}`;
}

/** Progress goes only to clients that asked for it. They are answered with an event stream. */
function createReporter({ mcpReq }: ServerContext): ToolContext['reportProgress'] {
  const progressToken = mcpReq._meta?.progressToken;
  return async (progress, total, message) => {
    if (progressToken === undefined) return;
    const params = { progressToken, progress, total, ...(message !== undefined && { message }) };
    await mcpReq.notify({ method: 'notifications/progress', params });
  };
}

function toResult(answer: UntypedAnswer): CallToolResult {
  const content = 'text' in answer ? [{ type: 'text' as const, text: answer.text }] : [...answer.content];
  return { content, ...(answer.structured && { structuredContent: answer.structured }) };
}

function toErrorResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
