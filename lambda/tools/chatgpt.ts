import { enterTool } from './enter-tool.ts';
import type { scopesOfTools } from './scopes.ts';
import type { ToolEntry } from './tool.ts';

/**
 * The tools that ChatGPT's deep research and company knowledge look for, by these names. They are offered beside the
 * catalogue where the operator has turned them on. One without a line in `scopes.ts` is a type error here.
 */
export const chatgptTools: readonly ToolEntry<keyof typeof scopesOfTools>[] = [
  enterTool('fetch', async () => (await import('./fetch.ts')).fetch),
  enterTool('search', async () => (await import('./search.ts')).search),
];
