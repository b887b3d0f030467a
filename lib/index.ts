/** The MCP file server as a part of another CDK app. */
export { type BundleOptions, bundleFileServer, type ServerCode } from './bundle.ts';
export { McpFileServer } from './mcp-file-server.ts';
export type { McpFileServerProps, ServerSettings } from './mcp-file-server-props.ts';
export { InvalidTools } from './own-tools.ts';
export { InvalidSettings, readSettings } from './settings.ts';
