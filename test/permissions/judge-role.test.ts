import { readFunctionRole } from './function-role.ts';
import type { AwsCall } from './iam-policy.ts';
import { judgeRole } from './judge-role.ts';

const files = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
const logs = { 'Fn::GetAtt': ['Logs', 'Arn'] };

/** A template with one function, as the CDK writes it; `extra` is added to what the role may do. */
function createTemplate(actions: readonly string[], extra: readonly object[] = []) {
  const role = (id: string) => ({ Ref: id });
  const toPolicy = (Roles: readonly object[], Statement: readonly object[]) => ({
    Type: 'AWS::IAM::Policy',
    Properties: { Roles, PolicyName: 'Policy', PolicyDocument: { Version: '2012-10-17', Statement } },
  });
  return {
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket' },
      Logs: { Type: 'AWS::Logs::LogGroup' },
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          LoggingConfig: { LogGroup: { Ref: 'Logs' } },
          TracingConfig: { Mode: 'Active' },
        },
      },
      Policy: toPolicy(
        [role('Role')],
        [
          { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: logs },
          {
            Effect: 'Allow',
            Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
            Resource: '*',
          },
          { Effect: 'Allow', Action: actions, Resource: { 'Fn::Join': ['', [files, '/files/*']] } },
          ...extra,
        ],
      ),
      PolicyOfOthers: toPolicy([role('Other')], [{ Effect: 'Allow', Action: '*', Resource: '*' }]),
    },
  };
}

const called: readonly AwsCall[] = ['s3:GetObject', 's3:PutObject'].map((action) => ({
  action,
  resource: 'arn:aws:s3:::my-bucket/files/a',
}));

function judge(actions: readonly string[], extra: readonly object[] = []) {
  const template = createTemplate(actions, extra);
  const role = readFunctionRole(template, 'Function', { Bucket: 'my-bucket' });
  return judgeRole(role.statements, [...called, ...role.callsOfLambda]);
}

const needed = ['s3:GetObject', 's3:PutObject'];

describe('the verdict on a role', () => {
  it('is clean when it allows what is called and nothing else', () => {
    expect(judge(needed)).toEqual({ denied: [], unused: [] });
  });

  it.each(needed)('names the calls that are denied without %s', (action) => {
    const verdict = judge(needed.filter((each) => each !== action));
    expect(verdict).toEqual({ denied: [`${action} on arn:aws:s3:::my-bucket/files/a`], unused: [] });
  });

  it('names the calls that a deny takes away', () => {
    const deny = { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' };
    expect(judge(needed, [deny]).denied).toEqual(['s3:PutObject on arn:aws:s3:::my-bucket/files/a']);
  });

  it('has nothing against a deny that is never met', () => {
    const deny = { Effect: 'Deny', Action: 's3:DeleteObjectVersion', Resource: '*' };
    expect(judge(needed, [deny])).toEqual({ denied: [], unused: [] });
  });

  it('names an action that nothing uses', () => {
    expect(judge([...needed, 's3:DeleteObjectVersion'])).toEqual({
      denied: [],
      unused: ['s3:DeleteObjectVersion on arn:aws:s3:::my-bucket/files/*'],
    });
  });

  it('names a statement and a resource that nothing uses', () => {
    const elsewhere = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::other/*' };
    const wider = { ...elsewhere, Resource: ['arn:aws:s3:::my-bucket/*', 'arn:aws:s3:::other/*'] };
    expect(judge(needed, [elsewhere]).unused).toContain('s3:GetObject on arn:aws:s3:::other/*');
    expect(judge(needed, [wider]).unused).toEqual(['s3:GetObject on arn:aws:s3:::other/*']);
  });

  it('names a condition that no call meets, by its action', () => {
    const condition = { StringLike: { 's3:prefix': 'files/*' } };
    const list = { Effect: 'Allow', Action: 's3:ListBucket', Resource: files, Condition: condition };
    const { unused } = judge(needed, [list]);
    expect(unused).toContain('s3:ListBucket on arn:aws:s3:::my-bucket');
  });
});

describe('the role of a function', () => {
  it('is only what is evaluated: a managed policy is refused', () => {
    const template = createTemplate(needed);
    Object.assign(template.Resources.Role.Properties, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] });
    expect(() => readFunctionRole(template, 'Function')).toThrow(/ManagedPolicyArns/);
  });

  it('is not guessed where an intrinsic is unknown', () => {
    const template = createTemplate(needed, [
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    ]);
    expect(() => readFunctionRole(template, 'Function')).toThrow('{"Fn::GetAtt":["Queue","Arn"]}');
  });
});
