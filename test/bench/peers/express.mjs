/** Express 5 with the 1.x SDK, stateless as its documentation shows, on Lambda by serverless-http. */

import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import serverless from 'serverless-http';
import { registerTools } from './tools.mjs';
import { toAuthInfo } from './verify.mjs';

const app = express();
app.use(express.json());
const requireToken = requireBearerAuth({
  verifier: { verifyAccessToken: toAuthInfo },
  requiredScopes: ['files:read'],
});
app.post('/mcp', requireToken, async (request, response) => {
  const server = new McpServer({ name: 'express', version: '1.0.0' });
  registerTools(server, (properties) => properties);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  response.on('close', () => {
    transport.close();
    server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});

export const handler = serverless(app, {
  // serverless-http gives requests no rawHeaders, which the transport of the SDK reads: without them it answers 415.
  request(request) {
    request.rawHeaders = Object.entries(request.headers).flat();
  },
});
