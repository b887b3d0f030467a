/** mcp-handler, mounted in Hono as its documentation shows. */
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { createMcpHandler, withMcpAuth } from 'mcp-handler';
import * as z from 'zod';
import { registerTools } from './tools.mjs';
import { toAuthInfo } from './verify.mjs';

const mcp = withMcpAuth(
  createMcpHandler((server) => registerTools(server, z.object)),
  async (_request, token) => (token === undefined ? undefined : toAuthInfo(token)),
  { required: true, requiredScopes: ['files:read'] },
);

const app = new Hono();
app.all('/mcp', ({ req }) => mcp(req.raw));

export const handler = handle(app);
