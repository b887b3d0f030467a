/** Uses what the MCP function does not, for the test that bundles it. */
export { isSpecType, specTypeSchemas } from '@modelcontextprotocol/server';
