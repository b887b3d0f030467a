import * as z from 'zod';

/** One call of an AWS API as IAM authorizes it. */
export interface AwsCall {
  /** For example `s3:GetObject`. */
  readonly action: string;
  /** The ARN, or `*` where the service authorizes no resource. */
  readonly resource: string;
  /** The condition keys of the request, such as `s3:prefix`. A key that the request does not have is absent. */
  readonly context?: Readonly<Record<string, string>>;
}

/** One statement of an identity-based policy. */
export type Statement = z.infer<typeof statement>;

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)]);
const operands = z.record(z.string(), texts);

/** Every element that is not evaluated here is refused, so that none is silently ignored. */
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Resource: texts,
  Condition: z
    .strictObject({ StringEquals: operands.default({}), StringLike: operands.default({}) })
    .default({ StringEquals: {}, StringLike: {} }),
});

/** Reads a policy document whose intrinsics are resolved. Throws for an element that `isAllowed` does not evaluate. */
export function readStatements(document: unknown): readonly Statement[] {
  const policy = z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statement) });
  return policy.parse(document).Statement;
}

/**
 * Evaluates a call as IAM does within one account: an explicit deny wins, then any allow, and without one the
 * call is denied (IAM user guide, "Policy evaluation logic").
 */
export function isAllowed(statements: readonly Statement[], call: AwsCall): boolean {
  const effects = statements.filter((each) => isAbout(each, call)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/** Tells whether a statement applies to a call, whichever effect it has. */
export function isAbout({ Action, Resource, Condition }: Statement, call: AwsCall): boolean {
  const isNamed =
    // Action names are compared without case, ARNs with it.
    Action.some((pattern) => isLike(pattern.toLowerCase(), call.action.toLowerCase())) &&
    Resource.some((pattern) => isLike(pattern, call.resource));
  if (!isNamed) return false;
  const { StringEquals, StringLike } = Condition;
  return holds(StringEquals, call, (wanted, value) => wanted === value) && holds(StringLike, call, isLike);
}

/** All keys must match, each by one of its values. A key that the request does not have matches nothing. */
function holds(
  wanted: Readonly<Record<string, readonly string[]>>,
  { context = {} }: AwsCall,
  matches: (wanted: string, value: string) => boolean,
): boolean {
  return Object.entries(wanted).every(([key, values]) => {
    const value = context[key];
    return value !== undefined && values.some((each) => matches(each, value));
  });
}

/** `*` stands for any characters, including slashes and colons, and `?` for one. */
function isLike(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
