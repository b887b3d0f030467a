import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createListTools } from '../../lambda/mcp/tool-list.ts';
import * as catalogue from '../../lambda/tools/catalogue.ts';
import { chatgptTools } from '../../lambda/tools/chatgpt.ts';
import { findScopes, scopesOfMethods, scopesOfTools } from '../../lambda/tools/scopes.ts';
import type { ToolEntry } from '../../lambda/tools/tool.ts';
import { type bundleFunctions, listStartFiles } from '../../lib/bundle.ts';
import { describeSettings } from '../../lib/settings.ts';
import { listDeployedPackages } from '../security/deployed-packages.ts';
import { synthesize } from '../support/synthesize.ts';
import { toArchitecture } from './architecture.ts';
import { tokenRows, toTokenCells } from './tokens.ts';

/** The page of each generated section, which stands there between `<!-- name -->` and `<!-- /name -->`. */
export const pages = {
  tools: 'docs/tools.md',
  chatgpt: 'docs/tools.md',
  methods: 'docs/tools.md',
  settings: 'docs/settings.md',
  tokens: 'docs/tokens.md',
  architecture: 'docs/architecture.md',
  bundle: 'docs/architecture.md',
  packages: 'SECURITY.md',
} as const;

/** The name of a generated section. */
export type Section = keyof typeof pages;

/** What a section holds now. Throws if its page has no such section. */
export function readSection(name: Section): string {
  const [, section] = toPattern(name).exec(readPage(name)) ?? [];
  if (section === undefined) throw new Error(`${pages[name]} has no section ${name}`);
  return section;
}

/** Writes a section anew into its page. */
export function writeSection(name: Section, content: string): void {
  readSection(name);
  const tagged = `<!-- ${name} -->${content}<!-- /${name} -->`;
  writeFileSync(
    toPath(name),
    readPage(name).replace(toPattern(name), () => tagged),
  );
}

function readPage(name: Section): string {
  return readFileSync(toPath(name), 'utf8');
}

function toPath(name: Section): string {
  return join(import.meta.dirname, '..', '..', pages[name]);
}

function toPattern(name: Section): RegExp {
  return new RegExp(`<!-- ${name} -->([^]*?)<!-- /${name} -->`);
}

/** The tools as a table: name, scope, arguments with their defaults, and what is answered. */
export function toToolTable(): Promise<string> {
  return toTableOf(Object.values(catalogue));
}

/** The tools that are offered to ChatGPT on request, as the same table. */
export function toChatgptTable(): Promise<string> {
  return toTableOf(chatgptTools);
}

async function toTableOf(tools: readonly ToolEntry[]): Promise<string> {
  const listTools = createListTools(tools, scopesOfTools, {
    visibility: 'all',
    scopePrefix: '',
  });
  const rows = (await listTools(new Set())).map(({ name, inputSchema, outputSchema, ...tool }) => {
    const required = new Set(inputSchema.required ?? []);
    const args = Object.keys(inputSchema.properties ?? {}).map((argument) =>
      required.has(argument) ? `**\`${argument}\`**` : `\`${argument}\``,
    );
    const answer = Object.keys(outputSchema?.properties ?? {}).map((property) => `\`${property}\``);
    return [
      `\`${name}\``,
      (findScopes(scopesOfTools, name) ?? []).map((scope) => `\`${scope}\``).join(', ') || 'none',
      args.join(', ') || 'none',
      answer.join(', ') || 'the content, then its facts as JSON',
      tool.title ?? '',
    ];
  });
  return toTable(['Tool', 'Scope', 'Arguments (**required**)', 'Answer', 'What it does'], rows);
}

/** The methods beside the tools as a table: name and scope. */
export function toMethodTable(): string {
  const rows = Object.entries(scopesOfMethods).map(([method, scopes]) => [
    `\`${method}\``,
    scopes.map((scope) => `\`${scope}\``).join(', ') || 'none',
  ]);
  return toTable(['Method', 'Scope'], rows);
}

/** The settings as a table: name, right values, default. */
export function toSettingsTable(): string {
  const rows = describeSettings().map(({ name, value, byDefault }) => [
    `\`${name}\``,
    value,
    byDefault === undefined || (Array.isArray(byDefault) && byDefault.length === 0)
      ? ''
      : `\`${Array.isArray(byDefault) ? byDefault.join(',') : byDefault}\``,
  ]);
  return toTable(['Setting', 'Value', 'Default'], rows);
}

/** What each kind of token is answered, as a table. */
export function toTokenTable(): string {
  return toTable(['Token', 'Answer', 'Shown by'], tokenRows.map(toTokenCells));
}

/** The deployed resources as a Mermaid chart, drawn from the synthesized template. */
export function toArchitectureChart(): string {
  return `\n\n${toArchitecture(synthesize()).trim()}\n\n`;
}

/** What a start of the MCP function reads, in KB: `index.mjs` and all that it imports statically. */
export function toStartSize({ mcp }: Awaited<ReturnType<typeof bundleFunctions>>): number {
  return Math.ceil(listStartFiles(mcp).reduce((sum, { bytes }) => sum + bytes, 0) / 1024);
}

/** The packages in the bundles that are deployed, as a table. */
export function toPackageTable(built: Awaited<ReturnType<typeof bundleFunctions>>): string {
  const rows = listDeployedPackages(built).map(({ name, version, licence }) => [
    `\`${name}\``,
    version,
    licence,
  ]);
  return toTable(['Package', 'Version', 'Licence'], rows);
}

function toTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `\n${lines.join('\n')}\n`;
}
