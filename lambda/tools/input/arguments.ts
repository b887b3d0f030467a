import type * as z from 'zod';
import { findNearestName } from '../../text/nearest-name.ts';
import { ArgumentFailure } from '../../tool-failure.ts';
import { readClientValue } from './client-values.ts';

/** How many faults one answer tells, and how many names one fault. */
const maxTold = 5;

/** How much of what was sent an answer repeats, in characters. */
const maxShown = 60;

/**
 * Reads the arguments of a call as the tool wants them, however the client wrote them. Throws `ArgumentFailure` that says
 * of each fault what the argument must be. The words of a schema's own message are kept, so that they must be a whole
 * sentence.
 */
export function readArguments<Input extends z.ZodObject>(schema: Input, given: unknown): z.infer<Input> {
  const result = schema.safeParse(readClientValue(schema, given), { error: toSentence });
  if (result.success) return result.data;
  const sentences = [...new Set(result.error.issues.map(({ message }) => message))];
  const more = sentences.length - maxTold;
  throw new ArgumentFailure(
    `${sentences.slice(0, maxTold).join('; ')}${more > 0 ? `; and ${more} more faults` : ''}`,
  );
}

function toSentence(issue: z.core.$ZodRawIssue): string {
  const name = toName(issue.path ?? []);
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `${name} is missing`;
      return `${name} must be ${kinds[issue.expected] ?? issue.expected}, not ${describe(issue.input)}`;
    case 'too_small':
      return `${name} must ${toBound(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `${name} must ${toBound(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_value':
      return `${name} must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, not ${describe(issue.input)}`;
    case 'unrecognized_keys':
      return toUnknown(issue.path ?? [], issue.keys, readNames(issue.inst));
    case 'invalid_union':
      return `${name} is of no kind that it may be: ${describe(issue.input)}`;
    default:
      return `${name} is not valid: ${describe(issue.input)}`;
  }
}

/** What a schema wants, in words. */
const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function toBound(origin: string, word: string, bound: number | bigint): string {
  if (origin === 'string') return `have ${word} ${bound} characters`;
  if (origin === 'array') return `have ${word} ${bound} items`;
  return `be ${word} ${bound}`;
}

function toUnknown(path: readonly PropertyKey[], keys: readonly string[], known: readonly string[]): string {
  const told = keys.slice(0, maxTold).map((key) => {
    const nearest = findNearestName(key, known);
    return `${shorten(JSON.stringify(key))}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`;
  });
  const more = keys.length - told.length;
  const names = `${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const all = known.length === 0 ? 'leave it out' : `known are ${known.join(', ')}`;
  return `${path.length === 0 ? 'unknown argument' : `unknown in ${toName(path)}:`} ${names}; ${all}`;
}

/** The names that the object which refused the others has. */
function readNames(schema: unknown): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'object' ? Object.keys(def.shape) : [];
}

/** `edits[0].old_text`, as a model would write it. */
function toName(path: readonly PropertyKey[]): string {
  const [first = 'arguments', ...rest] = path;
  return rest.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}.${String(part)}`),
    String(first),
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length <= maxShown ? text : `${text.slice(0, maxShown)}…`;
}
