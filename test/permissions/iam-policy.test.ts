import { type AwsCall, isAllowed, readStatements } from './iam-policy.ts';

const bucket = 'arn:aws:s3:::files';

function evaluate(statements: readonly object[], call: Partial<AwsCall> = {}): boolean {
  const document = { Version: '2012-10-17', Statement: statements };
  return isAllowed(readStatements(document), {
    action: 's3:GetObject',
    resource: `${bucket}/files/a.txt`,
    ...call,
  });
}

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${bucket}/files/*` };
const list = {
  Effect: 'Allow',
  Action: ['s3:ListBucket', 's3:ListBucketVersions'],
  Resource: bucket,
  Condition: { StringLike: { 's3:prefix': ['files/*', 'other/?'] } },
};

describe('the evaluation of policies', () => {
  it('denies what nothing allows', () => {
    expect(evaluate([])).toBe(false);
  });

  it('allows what one of several statements allows', () => {
    expect(evaluate([list, allow])).toBe(true);
  });

  it('denies what one statement denies, whatever others allow', () => {
    const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
    expect(evaluate([allow, deny])).toBe(false);
    expect(evaluate([deny, allow])).toBe(false);
  });

  it('lets a deny pass that is about something else', () => {
    expect(evaluate([allow, { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }])).toBe(true);
  });

  it.each([
    ['another action', { action: 's3:PutObject' }],
    ['an action that begins like the allowed one', { action: 's3:GetObjectVersion' }],
    ['another service', { action: 'sqs:GetObject' }],
    ['another prefix', { resource: `${bucket}/other/a.txt` }],
    ['the bucket itself', { resource: bucket }],
    ['another bucket', { resource: 'arn:aws:s3:::files2/files/a.txt' }],
    ['the same letters in another case', { resource: `${bucket}/Files/a.txt` }],
  ])('denies %s', (_, call) => {
    expect(evaluate([allow])).toBe(true);
    expect(evaluate([allow], call)).toBe(false);
  });

  it('compares actions without case', () => {
    expect(evaluate([{ ...allow, Action: 'S3:getobject' }])).toBe(true);
  });

  it.each([
    ['s3:*', true],
    ['s3:Get*', true],
    ['s3:GetObjec?', true],
    ['s3:GetObject?', false],
    ['*', true],
    ['s3.GetObject', false],
  ])('reads the action pattern %s', (Action, expected) => {
    expect(evaluate([{ ...allow, Action }])).toBe(expected);
  });

  it.each([
    [`${bucket}/*`, true],
    [`${bucket}*`, true],
    ['arn:aws:s3:::*/a.txt', true],
    [`${bucket}/files/?.txt`, true],
    [`${bucket}/files/?`, false],
    [`${bucket}/files/a+txt`, false],
    [`${bucket}/files/a.tx`, false],
  ])('reads the resource pattern %s', (Resource, expected) => {
    expect(evaluate([{ ...allow, Resource }])).toBe(expected);
  });

  it.each<[string, Record<string, string> | undefined, boolean]>([
    ['the prefix', { 's3:prefix': 'files/' }, true],
    ['a longer prefix', { 's3:prefix': 'files/a/b' }, true],
    ['one of several values', { 's3:prefix': 'other/x' }, true],
    ['no value', { 's3:prefix': 'other/xy' }, false],
    ['a shorter prefix', { 's3:prefix': 'files' }, false],
    ['the empty prefix', { 's3:prefix': '' }, false],
    ['another key', { 's3:delimiter': 'files/' }, false],
    ['no context', undefined, false],
  ])('judges StringLike by %s', (_, context, expected) => {
    const call = { action: 's3:ListBucket', resource: bucket, ...(context && { context }) };
    expect(evaluate([list], call)).toBe(expected);
  });

  it('judges StringEquals without wildcards, and demands all keys', () => {
    const Condition = { StringEquals: { 's3:prefix': '*' }, StringLike: { 's3:delimiter': '*' } };
    const call = { action: 's3:ListBucket', resource: bucket };
    const judge = (context: Record<string, string>) =>
      evaluate([{ ...list, Condition }], { ...call, context });
    expect(judge({ 's3:prefix': '*', 's3:delimiter': '/' })).toBe(true);
    expect(judge({ 's3:prefix': 'files/', 's3:delimiter': '/' })).toBe(false);
    expect(judge({ 's3:prefix': '*' })).toBe(false);
  });

  it.each([
    ['NotAction', { Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' }],
    ['NotResource', { ...allow, NotResource: '*' }],
    ['Principal', { ...allow, Principal: '*' }],
    ['an operator', { ...allow, Condition: { StringNotLike: { 's3:prefix': 'x' } } }],
    ['an intrinsic', { ...allow, Resource: { Ref: 'Bucket' } }],
    ['an effect', { ...allow, Effect: 'allow' }],
    ['no action', { ...allow, Action: [] }],
  ])('throws for what it does not evaluate: %s', (_, statement) => {
    expect(() => evaluate([statement])).toThrow();
  });
});
