// The SDK 1.x with Express, after its example simpleStreamableHttp with OAuth.
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { oauthMetadata, port, scope, url, verify } from './settings.mjs';

const app = express();
app.use(express.json());
const resourceServerUrl = new URL(url);
app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl, scopesSupported: [scope] }));
const verifier = {
  verifyAccessToken: (token) =>
    verify(token).catch((error) => {
      throw new InvalidTokenError(error.message);
    }),
};
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resourceServerUrl);
app.post(
  '/mcp',
  requireBearerAuth({ verifier, requiredScopes: [scope], resourceMetadataUrl }),
  async (req, res) => {
    const server = new McpServer({ name: 'peer', version: '1.0.0' });
    server.registerTool('ping', {}, () => ({ content: [] }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server.connect(transport);
    await transport.handleRequest(req, res, req.body);
  },
);
app.listen(Number(port), '127.0.0.1', () => console.info('ready'));
