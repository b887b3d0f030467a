import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';

const kept = new WeakMap<StandardSchemaWithJSON, StandardSchemaWithJSON>();

/**
 * The same schema, of which the JSON Schema is made once and lives as long as the schema. The MCP SDK keeps it as
 * long as its server, which here is one request, and asks for it at every call of 2026-07-28 and of every tool
 * with an output schema.
 */
export function keepJsonSchema<Schema extends StandardSchemaWithJSON>(schema: Schema): Schema {
  const known = kept.get(schema);
  // What is kept for a schema was made from it below.
  if (known) return known as Schema;
  const standard = schema['~standard'];
  const { input, output } = standard.jsonSchema;
  const jsonSchema = { input: once(input), output: once(output) };
  const created = { '~standard': { ...standard, jsonSchema } } as Schema;
  kept.set(schema, created);
  return created;
}

type Convert = StandardSchemaWithJSON['~standard']['jsonSchema']['input'];

/** The SDK asks for one dialect only, so that is what the JSON Schema is kept by. */
function once(convert: Convert): Convert {
  const byTarget = new Map<string, ReturnType<Convert>>();
  return (options) => {
    const known = byTarget.get(options.target) ?? convert(options);
    byTarget.set(options.target, known);
    return known;
  };
}
