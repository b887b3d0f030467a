// The SDK 2.x with Express, after the README of @modelcontextprotocol/express.
import {
  createMcpExpressApp,
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
  requireBearerAuth,
} from '@modelcontextprotocol/express';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { McpServer, OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server';
import { oauthMetadata, port, scope, url, verify } from './settings.mjs';

const app = createMcpExpressApp();
const resourceServerUrl = new URL(url);
app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl, scopesSupported: [scope] }));
const verifier = {
  verifyAccessToken: (token) =>
    verify(token).catch((error) => {
      throw new OAuthError(OAuthErrorCode.InvalidToken, error.message);
    }),
};
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resourceServerUrl);
app.post(
  '/mcp',
  requireBearerAuth({ verifier, requiredScopes: [scope], resourceMetadataUrl }),
  async (req, res) => {
    const server = new McpServer({ name: 'peer', version: '1.0.0' });
    server.registerTool('ping', {}, () => ({ content: [] }));
    const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server.connect(transport);
    await transport.handleRequest(req, res, req.body);
  },
);
app.listen(Number(port), '127.0.0.1', () => console.info('ready'));
