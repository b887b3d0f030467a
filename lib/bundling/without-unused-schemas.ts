import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Leaves out the schemas of the MCP SDK and of the S3 client that nothing uses. Both packages declare hundreds of
 * them at the top of one file, by calls and by computed keys. To esbuild those are work that may have side effects,
 * so it keeps them all. This plugin tells it that a declaration only makes a value. It removes nothing itself:
 * what is used, now or later, stays as it is.
 */
export const withoutUnusedSchemas: Plugin = {
  name: 'without-unused-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /@modelcontextprotocol\/core\/dist\/(schemas|auth)-[\w-]+\.mjs$/ }, ({ path }) =>
      load(path, markDeclarations),
    );
    onLoad({ filter: /@aws-sdk\/client-s3\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) =>
      load(path, markDeclarations),
    );
    onLoad({ filter: /@modelcontextprotocol\/server\/dist\/src-[\w-]+\.mjs$/ }, ({ path }) =>
      load(path, (text) => markDeclarations(deferSpecTypes(text, path))),
    );
  },
};

async function load(path: string, change: (text: string) => string) {
  return { contents: change(await readFile(path, 'utf8')) };
}

/**
 * A declaration of one schema that begins a line and ends one: a call of zod or of another schema, or the array
 * that describes a shape of S3. Were the end found too early, the file could not be parsed and the build would fail.
 */
const declaration =
  /^((?:export )?(?:const|var) [\w$]+ = )((?:z|\w+Schema)\.[\s\S]*?|\[[\s\S]*?);\n(?=[^\s)}\]]|\n)/gm;

/** esbuild leaves out a function that is called at once, marked as pure, whose value nobody uses. */
function markDeclarations(text: string): string {
  return text.replace(declaration, '$1/* @__PURE__ */ (() => ($2))();\n');
}

/** The statements by which the SDK makes its tables of all schemas. */
const fill = [
  'for (const key of SPEC_SCHEMA_KEYS) register(key, schemas_exports[key]);',
  'for (const [key, schema] of Object.entries(authSchemas)) register(key, schema);',
];
const schemaTable = 'const specTypeSchemas = Object.freeze(_specTypeSchemas);';
const guardTable = 'const isSpecType = Object.freeze(_isSpecType);';

/**
 * Fills the tables where they are made, so that they are left out when nobody imports them. Otherwise they would
 * hold on to every schema. Throws when the SDK has changed, for somebody to look.
 */
function deferSpecTypes(text: string, path: string): string {
  for (const statement of [...fill, schemaTable, guardTable]) {
    if (text.split(statement).length === 2) continue;
    throw new Error(
      `${basename(path)} has changed: look for "${statement}" of lib/bundling/without-unused-schemas.ts`,
    );
  }
  return fill
    .reduce((rest, statement) => rest.replace(statement, ''), text)
    .replace(
      schemaTable,
      `const specTypeSchemas = /* @__PURE__ */ (() => { ${fill.join(' ')} return Object.freeze(_specTypeSchemas); })();`,
    )
    .replace(
      guardTable,
      'const isSpecType = /* @__PURE__ */ (() => specTypeSchemas && Object.freeze(_isSpecType))();',
    );
}
