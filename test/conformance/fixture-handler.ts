import { createMcpFunction } from '../../lambda/mcp/function.ts';
import { fixtureTools } from './fixture-tools.ts';

const scopesOfTools = Object.fromEntries(fixtureTools.map(({ name }) => [name, []]));

/** The MCP function with the tools that the conformance suite calls; none demands a scope. Never deployed. */
export const handler = await createMcpFunction(process.env, fixtureTools, scopesOfTools);
