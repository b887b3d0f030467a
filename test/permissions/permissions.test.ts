import { App } from 'aws-cdk-lib';
import { toSessionPolicy } from '../../lambda/aws/session-policy.ts';
import { FileServerStack } from '../../lib/file-server-stack.ts';
import { readSettings } from '../../lib/settings.ts';
import { type AwsCall, isAllowed, readStatements } from './iam-policy.ts';
import type { Template } from './intrinsics.ts';
import { judgeRole, type Verdict } from './judge-role.ts';
import { toKeyCalls } from './other-calls.ts';
import { type RecordedRun, recordRun } from './recorded-run.ts';
import { readRolesInUse } from './roles-in-use.ts';

/** The bucket of the local stack. */
const bucketName = 'casdoor-mcp-files';
const bucket = `arn:aws:s3:::${bucketName}`;
const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000';

let run: RecordedRun;

beforeAll(async () => {
  run = await recordRun();
}, 240_000);

/** What all tools except these called. */
function callsWithout(...tools: readonly string[]): readonly AwsCall[] {
  return [...run.callsOfTools].flatMap(([tool, calls]) => (tools.includes(tool) ? [] : calls));
}

async function judge(template: Template, calls = callsWithout()): Promise<readonly Verdict[]> {
  const roles = await readRolesInUse(template, calls, bucketName);
  return roles.map((role) => judgeRole(role.statements, role.calls));
}

function synthesize(settings: Readonly<Record<string, unknown>>): Template {
  const app = new App();
  const context = { casdoorUrl: 'https://door.example.com', ...settings };
  const stack = new FileServerStack(app, 'Test', readSettings(context));
  return app.synth().getStackArtifact(stack.artifactId).template;
}

/** A copy of the run's template in which `change` has changed the actions of every statement. */
function mutate(change: (actions: readonly string[]) => readonly string[]): Template {
  const copy = structuredClone(run.template);
  for (const { Type, Properties } of Object.values(copy.Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue;
    // Every policy of a synthesized template has this shape.
    const { PolicyDocument } = Properties as {
      PolicyDocument: { Statement: { Action: string | string[] }[] };
    };
    for (const statement of PolicyDocument.Statement) {
      const actions = change([statement.Action].flat());
      // IAM accepts no statement without an action.
      statement.Action = actions.length === 0 ? ['none:None'] : [...actions];
    }
  }
  return copy;
}

const isClean = ({ denied, unused }: Verdict) => denied.length + unused.length === 0;

describe('the roles of the functions', () => {
  it('were tried by every tool', () => {
    expect([...run.callsOfTools.keys()].sort()).toEqual([...run.toolVisibility].sort());
  });

  it('allow what is called, and nothing else', async () => {
    const clean = { denied: [], unused: [] };
    expect(await judge(run.template)).toEqual([clean, clean]);
  });

  it.each<[string, AwsCall]>([
    ['an object beside the files', { action: 's3:GetObject', resource: `${bucket}/other.txt` }],
    ['a write beside the files', { action: 's3:PutObject', resource: `${bucket}/other.txt` }],
    ['another bucket', { action: 's3:GetObject', resource: 'arn:aws:s3:::other/files/a.txt' }],
    ['the end of a version', { action: 's3:DeleteObjectVersion', resource: `${bucket}/files/a.txt` }],
    ['a listing of everything', { action: 's3:ListBucket', resource: bucket }],
    [
      'the versions of everything',
      { action: 's3:ListBucketVersions', resource: bucket, context: { 's3:prefix': '' } },
    ],
  ])('do not allow %s', async (_, call) => {
    const roles = await readRolesInUse(run.template, [], bucketName);
    expect(roles.map(({ statements }) => isAllowed(statements, call))).toEqual([false, false]);
  });

  it('miss every single action when it is taken away', async () => {
    const actions = new Set<string>();
    mutate((each) => {
      for (const action of each) actions.add(action);
      return each;
    });
    expect([...actions]).toEqual(
      expect.arrayContaining(['s3:GetObjectVersion', 's3:ListBucketVersions', 'xray:PutTraceSegments']),
    );
    for (const action of actions) {
      const verdicts = await judge(mutate((each) => each.filter((other) => other !== action)));
      expect(verdicts.flatMap(({ denied }) => denied).join()).toContain(`${action} on`);
    }
  });

  it.each(['s3:DeleteObjectVersion', 's3:PutObjectTagging', 's3:GetBucketLocation', 'kms:Decrypt'])(
    'have too much when any statement is given %s',
    async (action) => {
      const verdicts = await judge(mutate((each) => [...each, action]));
      for (const { unused } of verdicts) expect(unused.join()).toContain(`${action} on`);
    },
  );
});

describe('the roles of other deployments', () => {
  it.each<[string, object, () => readonly AwsCall[], number]>([
    [
      'without deletion',
      { deletion: false },
      () => callsWithout('delete_directory', 'delete_file', 'move_directory', 'move_file'),
      2,
    ],
    [
      'with a key',
      { kmsKeyArn: keyArn },
      () => [...callsWithout(), ...toKeyCalls(callsWithout(), keyArn)],
      2,
    ],
    ['on an existing bucket', { bucketName }, callsWithout, 2],
    ['with quotas', { callsPerMinute: 60, bytesPerDay: 1_000_000 }, callsWithout, 2],
    ['with a quota of calls only', { callsPerMinute: 60 }, callsWithout, 2],
    ['with a quota of bytes only', { bytesPerDay: 1_000_000 }, callsWithout, 2],
    ['isolated by IAM', { isolation: 'iam', fileRoots: 'user' }, callsWithout, 3],
  ])(
    'allow what is called %s, and nothing else',
    async (_, settings, calls, roles) => {
      const verdicts = await judge(synthesize({ ...settings }), calls());
      expect(verdicts.filter((verdict) => !isClean(verdict))).toEqual([]);
      expect(verdicts).toHaveLength(roles);
    },
    60_000,
  );
});

describe('the policy of a session', () => {
  const roleArn = 'arn:aws:iam::111122223333:role/tenant';
  const open = (prefix: string) => readStatements(JSON.parse(toSessionPolicy(roleArn, bucketName, prefix)));

  it('allows everything that is called in its root', () => {
    const denied = callsWithout().filter((call) => !isAllowed(open('files/shared/'), call));
    expect(denied).toEqual([]);
  });

  it('allows nothing that is called in another', () => {
    const allowed = callsWithout().filter((call) => isAllowed(open('files/users/alice/'), call));
    expect(allowed).toEqual([]);
  });
});
