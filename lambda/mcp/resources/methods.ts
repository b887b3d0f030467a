import type { scopesOfMethods } from '../../tools/scopes.ts';
import type { Method } from '../method.ts';

/** A method that is served: one with a line in the scope table. */
export type ServedMethod = Method<keyof typeof scopesOfMethods>;

/**
 * The methods that offer the caller's files as MCP resources, each loaded on first use. `start` is what every URI
 * begins with, in place of `files:///`.
 */
export function createFileMethods(start?: string): readonly ServedMethod[] {
  return [
    {
      name: 'resources/list',
      run: async (params, context) => (await import('./list.ts')).listResources(params, context, start),
    },
    {
      name: 'resources/templates/list',
      run: async () => (await import('./template.ts')).listTemplates(start),
    },
    {
      name: 'resources/read',
      run: async (params, context) => (await import('./read.ts')).readResource(params, context, start),
    },
    {
      name: 'completion/complete',
      run: async (params, context) => (await import('./complete.ts')).complete(params, context, start),
    },
  ];
}
