import { build } from 'esbuild';
import { allScopes, isScope, type ScopeTable, scopesOfTools } from '../lambda/tools/scopes.ts';

/** Thrown for a module of tools that cannot be served; the message lists every mistake. */
export class InvalidTools extends Error {}

/**
 * Reads which tools a module adds, and what scopes they require. It exports `tools`, a list of what `defineTool` made,
 * and `scopesOfTools`, a line for each. Throws `InvalidTools` for a tool without a line, a line without a tool, a name
 * that a tool of this server has, and a scope that there is not.
 */
export async function readOwnTools(path: string): Promise<ScopeTable> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  const [bundle] = outputFiles;
  const source = Buffer.from(bundle?.contents ?? []).toString('base64');
  return readToolModule(await import(`data:text/javascript;base64,${source}`));
}

/** Reads what a module of tools exports, as `readOwnTools` says. */
export function readToolModule({
  tools,
  scopesOfTools: scopes,
}: Readonly<Record<string, unknown>>): ScopeTable {
  if (!Array.isArray(tools) || typeof scopes !== 'object' || scopes === null) {
    throw new InvalidTools(
      'export tools, a list of what defineTool made, and scopesOfTools, a line for each',
    );
  }
  const names = tools.map(({ name }) => String(name));
  const lines: Readonly<Record<string, unknown>> = { ...scopes };
  const table = Object.entries(lines).map(([name, line]) => [name, Array.isArray(line) ? line : []] as const);
  const mistakes = [
    ...names
      .filter((name) => !Array.isArray(lines[name]))
      .map((name) => `give ${name} a line in scopesOfTools`),
    ...Object.keys(lines)
      .filter((name) => !names.includes(name))
      .map((name) => `remove ${name} from scopesOfTools, there is no such tool`),
    ...names
      .filter((name, index) => Object.hasOwn(scopesOfTools, name) || names.indexOf(name) !== index)
      .map((name) => `rename ${name}, there is a tool of this name`),
    ...table.flatMap(([name, line]) =>
      line
        .filter((scope) => !isScope(String(scope)))
        .map((scope) => `take ${scope} from ${name}, the scopes are ${allScopes.join(', ')}`),
    ),
  ];
  if (mistakes.length > 0) throw new InvalidTools(mistakes.join('\n'));
  return Object.fromEntries(table);
}

/** The source of a handler that serves the tools of this server and those of a module. */
export function toHandlerSource(path: string, project: string, extension: string): string {
  const from = (file: string) => JSON.stringify(`${project}/lambda/${file}${extension}`);
  return `
    import * as catalogue from ${from('tools/catalogue')};
    import { enterTool } from ${from('tools/enter-tool')};
    import { scopesOfTools } from ${from('tools/scopes')};
    import { createMcpFunction } from ${from('mcp/function')};
    import * as own from ${JSON.stringify(path)};
    const entered = own.tools.map((tool) => enterTool(tool.name, async () => tool, { deletes: tool.deletes }));
    const tools = [...Object.values(catalogue), ...entered];
    export const handler = await createMcpFunction(process.env, tools, { ...scopesOfTools, ...own.scopesOfTools });`;
}
