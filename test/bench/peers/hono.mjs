/** Hono with the 2.x SDK, on Lambda by Hono's own adapter. */
import { createMcpHandler, McpServer, requireBearerAuth } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import * as z from 'zod';
import { registerTools } from './tools.mjs';
import { toAuthInfo } from './verify.mjs';

const mcp = createMcpHandler(() => {
  const server = new McpServer({ name: 'hono', version: '1.0.0' });
  registerTools(server, z.object);
  return server;
});

const requireToken = requireBearerAuth({
  verifier: { verifyAccessToken: toAuthInfo },
  requiredScopes: ['files:read'],
});

const app = new Hono();
app.all('/mcp', async ({ req }) => {
  const authInfo = await requireToken(req.raw);
  return authInfo instanceof Response ? authInfo : mcp.fetch(req.raw, { authInfo });
});

export const handler = handle(app);
