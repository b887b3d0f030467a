import type * as z from 'zod';
import { countMembers, messageBounds } from './json-bounds.ts';

/**
 * Reads a value as its schema wants it, where clients are known to write it otherwise: `null` for a member that may be
 * left out counts as left out, and numbers, booleans, lists and objects may come as strings. A string that is wanted
 * stays as it is. What fits in no way is returned unchanged, for the schema to refuse.
 */
export function readClientValue(schema: z.core.$ZodType, value: unknown): unknown {
  return read(schema, value, createJsonReader());
}

/** Reads the list or object that a string holds as JSON, and hands back any other value. */
type ReadJson = (value: unknown) => unknown;

function read(schema: z.core.$ZodType, value: unknown, readJson: ReadJson): unknown {
  // Every schema that zod makes is one of these types; the union lets the compiler tell them apart.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'number':
      return isNumber(value) ? Number(value) : value;
    case 'boolean':
      return readBoolean(value);
    case 'literal':
      return readLiteral(def.values, value);
    case 'array':
      return readArray(def.element, readJson(value), readJson);
    case 'object':
      return readObject(def.shape, readJson(value), readJson);
    case 'record':
      return mapMembers(readJson(value), (member) => read(def.valueType, member, readJson));
    case 'union':
      return readUnion(schema, def.options, value, readJson);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return read(def.innerType, value, readJson);
    case 'pipe':
      return read(def.in, value, readJson);
    default:
      return value;
  }
}

/** A JSON number in a string, with blanks around it or without. */
function isNumber(value: unknown): value is string {
  return typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i.test(value);
}

/** Python writes its booleans with a capital. */
function readBoolean(value: unknown): unknown {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
  return text === 'true' || (text === 'false' ? false : value);
}

function readLiteral(literals: readonly unknown[], value: unknown): unknown {
  if (typeof value !== 'string' || literals.includes(value)) return value;
  const index = literals.findIndex((literal) => String(literal) === value.trim());
  return index < 0 ? value : literals[index];
}

function readArray(element: z.core.$ZodType, value: unknown, readJson: ReadJson): unknown {
  return Array.isArray(value) ? value.map((item) => read(element, item, readJson)) : value;
}

function readObject(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  value: unknown,
  readJson: ReadJson,
): unknown {
  return mapMembers(value, (member, name) => {
    const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (schema === undefined) return member;
    // `optin` tells whether the member may be left out: by being optional, or by a default.
    const isLeftOut = member === null && schema._zod.optin !== undefined && !takes(schema, null);
    return isLeftOut ? undefined : read(schema, member, readJson);
  });
}

/** Keeps a value that one of the kinds takes as it is, and else reads it as the first kind that then takes it. */
function readUnion(
  union: z.core.$ZodType,
  options: readonly z.core.$ZodType[],
  value: unknown,
  readJson: ReadJson,
): unknown {
  if (takes(union, value)) return value;
  const readings = options.map((option) => read(option, value, readJson));
  return readings.find((reading) => takes(union, reading)) ?? value;
}

function takes(schema: z.core.$ZodType, value: unknown): boolean {
  const result = schema['~standard'].validate(value);
  return !(result instanceof Promise) && result.issues === undefined;
}

/** The object with each member changed, and without those that become undefined; any other value as it is. */
function mapMembers(value: unknown, change: (member: unknown, name: string) => unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, change(member, name)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

/**
 * Creates the reader of one value. All that it reads together keeps to the bounds of a message, because the message
 * was measured when nobody knew that its strings have structure too.
 */
function createJsonReader(): ReadJson {
  let { members } = messageBounds;
  return (value) => {
    if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
    const count = countMembers(new TextEncoder().encode(value), { ...messageBounds, members });
    if (count === undefined) return value;
    members -= count;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  };
}
