import * as z from 'zod';

/** A list in `cdk.json`, or one text separated by commas or spaces after `-c`, of at least `min` items. */
export function list(item: z.ZodType<string>, byDefault: readonly string[] = [], min = 0) {
  const split = (value: unknown) =>
    typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : value;
  return z.preprocess(
    split,
    z
      .array(item)
      .min(min)
      .default([...byDefault]),
  );
}

/** A list in `cdk.json`, or one text separated by commas after `-c`, whose items may hold blanks. */
export function listWithBlanks(item: z.ZodType<string>) {
  const split = (value: unknown) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : value;
  return z.preprocess(split, z.array(item).default([]));
}

/** A whole number of at least `min`, in digits or as JSON. */
export function count(min: number, max = Number.MAX_SAFE_INTEGER) {
  return z.preprocess(toNumber, z.number().int().min(min).max(max));
}

/** One of a few numbers, in digits or as JSON. */
export function oneOf(numbers: readonly number[]) {
  return z.preprocess(
    toNumber,
    z.number().refine((value) => numbers.includes(value)),
  );
}

/** True or false, as text or as JSON. */
export function flag() {
  return z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean());
}

/** The ARN of a resource of a service; `resource` is a regular expression for what follows the account. */
export function arn(service: string, resource: string) {
  return z.string().regex(new RegExp(`^arn:[a-z-]+:${service}:[a-z0-9-]*:(\\d{12}|aws):${resource}$`));
}

/** A host name as DNS and URLs write it: lower case, at least two labels, no dot at the end. */
export function hostName() {
  return z.string().regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/);
}

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}
