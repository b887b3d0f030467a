import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';

const kept = new WeakMap<StandardSchemaWithJSON, StandardSchemaWithJSON>();

/**
 * The same schema, except that its JSON Schema is made once and lives as long as the schema. The MCP SDK keeps it only
 * as long as its server, which here is one request, and asks for it at every call of a tool with an output schema.
 */
export function keepJsonSchema<Schema extends StandardSchemaWithJSON>(schema: Schema): Schema {
  const known = kept.get(schema);
  // What is kept was made from this schema, below, so it has its type.
  if (known) return known as Schema;
  const standard = schema['~standard'];
  const { input, output } = standard.jsonSchema;
  const jsonSchema = { input: once(input), output: once(output) };
  const created = { '~standard': { ...standard, jsonSchema } } as Schema;
  kept.set(schema, created);
  return created;
}

/** A schema with the same JSON Schema that takes every value and hands it on as it is. */
export function handOn({ '~standard': standard }: StandardSchemaWithJSON): StandardSchemaWithJSON {
  return { '~standard': { ...standard, validate: (value) => ({ value }) } };
}

type Convert = StandardSchemaWithJSON['~standard']['jsonSchema']['input'];

/** Keeps one JSON Schema for each dialect; the SDK asks for only one. */
function once(convert: Convert): Convert {
  const byTarget = new Map<string, ReturnType<Convert>>();
  return (options) => {
    const known = byTarget.get(options.target) ?? convert(options);
    byTarget.set(options.target, known);
    return known;
  };
}
