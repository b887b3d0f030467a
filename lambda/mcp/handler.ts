import * as catalogue from '../tools/catalogue.ts';
import { scopesOfTools } from '../tools/scopes.ts';
import { createMcpFunction } from './function.ts';

/** The MCP function with the tools of the catalogue. */
export const handler = await createMcpFunction(process.env, Object.values(catalogue), scopesOfTools);
