import type { Principal } from '../../lambda/auth/principal.ts';
import type { FileStore } from '../../lambda/files/file-store.ts';
import { createMcpEndpoint } from '../../lambda/mcp/endpoint.ts';
import type { Quota } from '../../lambda/mcp/quota.ts';
import * as catalogue from '../../lambda/tools/catalogue.ts';
import { allScopes, scopesOfTools } from '../../lambda/tools/scopes.ts';
import { toWebEndpoint } from '../support/web-endpoint.ts';

/** What a tool told its caller. */
export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
}

/**
 * Calls one tool. Rejects for any answer that is not a tool result; what a quota refuses counts as one, with
 * `quota_exceeded` in its text.
 */
export type CallTool = (tool: string, args: object) => Promise<ToolResult>;

/** Who calls, and under which conditions. */
export interface ToolCallerOptions {
  /** How long a call may take, in milliseconds. @default as long as in the deployed function */
  readonly patience?: number | undefined;
  /** @default alice */
  readonly subject?: string;
  /** @default none */
  readonly quota?: Quota | undefined;
}

/** Calls tools through the MCP endpoint of this process, with everything real except the token. */
export function createToolCaller(files: FileStore, options: ToolCallerOptions = {}): CallTool {
  const { patience = 24_000, subject = 'alice', quota } = options;
  const principal: Principal = {
    kind: 'user',
    issuer: 'https://door.example.com',
    subject,
    scopes: new Set(allScopes),
    expiresAt: Number.MAX_SAFE_INTEGER,
  };
  const endpoint = toWebEndpoint(
    createMcpEndpoint({
      verify: async () => principal,
      challenge: { resourceMetadataUrl: 'https://mcp.example.com/prm', initialScopes: [], scopePrefix: '' },
      allowedOrigins: [],
      tools: Object.values(catalogue),
      scopesOfTools,
      toolVisibility: 'all',
      openFiles: () => files,
      limits: { maxWriteBytes: 3 * 1024 ** 2 },
      log: () => {},
      logPaths: false,
      quota,
    }),
  );
  return async (tool, args) => {
    const params = { name: tool, arguments: args };
    const request = new Request('https://mcp.example.com/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    });
    const deadline = AbortSignal.timeout(patience);
    const response = await endpoint(request, {
      requestId: 'history',
      coldStart: false,
      canCarry: () => true,
      deadline,
    });
    const text = await response.text();
    if (response.status === 429 && quota) return { isError: true, content: [{ type: 'text', text }] };
    const { result } = JSON.parse(text);
    if (response.status === 200 && result) return result;
    throw new Error(`${tool} answered ${response.status}: ${text}`);
  };
}
