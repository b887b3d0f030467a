import { type AwsCall, isAbout, isAllowed, type Statement } from './iam-policy.ts';

/** What is wrong with a role. Both lists are empty if it allows what is called and nothing else. */
export interface Verdict {
  /** Calls that the role does not allow: `s3:GetObject on arn:…`. */
  readonly denied: readonly string[];
  /** What the role allows and no call uses: each such action and each such resource of every statement. */
  readonly unused: readonly string[];
}

/** Judges the statements of a role by everything that was called in it. */
export function judgeRole(statements: readonly Statement[], calls: readonly AwsCall[]): Verdict {
  const denied = calls.filter((call) => !isAllowed(statements, call)).map(toText);
  return { denied: [...new Set(denied)], unused: statements.flatMap((each) => findUnused(each, calls)) };
}

function findUnused(statement: Statement, calls: readonly AwsCall[]): string[] {
  const { Effect, Action, Resource } = statement;
  if (Effect === 'Deny') return [];
  const isUnused = (part: Partial<Statement>) =>
    !calls.some((call) => isAbout({ ...statement, ...part }, call));
  return [
    ...Action.filter((action) => isUnused({ Action: [action] })).map((action) => `${action} on ${Resource}`),
    ...Resource.filter((resource) => isUnused({ Resource: [resource] })).map(
      (resource) => `${Action} on ${resource}`,
    ),
  ];
}

function toText({ action, resource, context = {} }: AwsCall): string {
  const conditions = Object.entries(context).map(([key, value]) => ` with ${key} "${value}"`);
  return `${action} on ${resource}${conditions.join('')}`;
}
