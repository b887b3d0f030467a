import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { type ScopeTable, scopes, scopesOfTools } from '../lambda/tools/scopes.ts';

const sources = join(import.meta.dirname, 'connect-page');

/**
 * Makes the part of the connect page that is the same for every deployment: style, script, scopes and tools. The
 * metadata function adds what belongs to one deployment (`lambda/metadata/connect-page.ts`). The answer is the
 * JSON of a `PageTemplate`. `own` are the tools of an app of its own.
 */
export async function buildConnectPage(own: ScopeTable = {}): Promise<string> {
  const [page, style, script] = await Promise.all([
    readFile(join(sources, 'page.html'), 'utf8'),
    minify('style.css', 'css'),
    minify('self-check.js', 'js'),
  ]);
  const parts: Readonly<Record<string, string>> = {
    style,
    script,
    scopes: toRows(Object.entries(scopes)),
    tools: toRows(
      Object.entries({ ...scopesOfTools, ...own }).map(([tool, needed]) => [
        tool,
        needed.join(', ') || 'none',
      ]),
    ),
  };
  // Comments mark where the parts go, so that the page is valid HTML by itself.
  const html = page.replace(/\/\*(\w+)\*\/|<!--(\w+)-->/g, (_, one, other) => {
    const part = parts[one ?? other];
    if (part === undefined) throw new Error(`the connect page has no part ${one ?? other}`);
    return part;
  });
  return JSON.stringify({ html, styleHash: toHash(style), scriptHash: toHash(script) });
}

async function minify(file: string, loader: 'css' | 'js'): Promise<string> {
  const { code } = await transform(await readFile(join(sources, file), 'utf8'), {
    loader,
    minify: true,
    ...(loader === 'js' && { format: 'iife' }),
    charset: 'utf8',
  });
  return code.trim();
}

/** Names of scopes and tools hold nothing that HTML reads otherwise. */
function toRows(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, text]) => `<tr><td><code>${name}</code></td><td>${text}</td></tr>`).join('');
}

/** A source of Content Security Policy Level 3, section 2.3.1. */
function toHash(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
