import type { Plugin } from 'esbuild';

/**
 * Leaves Ajv out, a sixth of what a start would read. The MCP SDK makes a validator for each server and uses it
 * only for the answers to elicitations, which no tool here sends. If one ever does, the error says what to change.
 */
export const withoutValidator: Plugin = {
  name: 'without-validator',
  setup({ onResolve, onLoad }) {
    const filter = /^@modelcontextprotocol\/server\/_shims$/;
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'without-validator' }));
    onLoad({ filter, namespace: 'without-validator' }, () => ({
      contents: `
        export const process = globalThis.process;
        export class DefaultJsonSchemaValidator {
          getValidator() {
            throw new Error('take withoutValidator out of lib/bundle.ts: something validates JSON Schemas');
          }
        }`,
    }));
  },
};
