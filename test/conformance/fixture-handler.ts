import { createMcpFunction } from '../../lambda/mcp/function.ts';
import { fixtureMethods } from './fixture-methods.ts';
import { fixtureTools } from './fixture-tools.ts';

const needNoScope = (parts: readonly { readonly name: string }[]) =>
  Object.fromEntries(parts.map(({ name }) => [name, []]));

/** The MCP function with the tools and files that the conformance suite uses; none requires a scope. Never deployed. */
export const handler = await createMcpFunction(
  process.env,
  fixtureTools,
  needNoScope(fixtureTools),
  fixtureMethods,
  needNoScope(fixtureMethods),
);
