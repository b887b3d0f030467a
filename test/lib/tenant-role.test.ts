import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { TenantRole } from '../../lib/tenant-role.ts';

function synthesize() {
  const stack = new Stack(new App(), 'Test');
  const assumedBy = new Role(stack, 'Function', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const statements = [
    new PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/files/*'] }),
  ];
  const { role } = new TenantRole(stack, 'Tenant', { assumedBy, statements });
  const { Resources } = Template.fromStack(stack).toJSON();
  const toId = (one: Role) => stack.resolve(one.roleArn)['Fn::GetAtt'][0];
  const policyOf = (one: Role) =>
    Object.values<{ Type: string; Properties: Record<string, unknown> }>(Resources).find(
      ({ Type, Properties }) =>
        Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles) === `[{"Ref":"${toId(one)}"}]`,
    )?.Properties.PolicyDocument;
  return {
    Resources,
    tenant: toId(role),
    lambda: toId(assumedBy),
    policies: [policyOf(role), policyOf(assumedBy)],
  };
}

describe('the tenant role', () => {
  it('can be taken on by the function and by nobody else', () => {
    const { Resources, tenant, lambda } = synthesize();
    expect(Resources[tenant].Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { AWS: { 'Fn::GetAtt': [lambda, 'Arn'] } },
      },
    ]);
  });

  it('holds the rights to files, and the function none but to take it on', () => {
    const { tenant, policies } = synthesize();
    expect(policies).toEqual([
      {
        Version: '2012-10-17',
        Statement: [{ Action: 's3:GetObject', Effect: 'Allow', Resource: 'arn:aws:s3:::b/files/*' }],
      },
      {
        Version: '2012-10-17',
        Statement: [
          { Action: 'sts:AssumeRole', Effect: 'Allow', Resource: { 'Fn::GetAtt': [tenant, 'Arn'] } },
        ],
      },
    ]);
  });
});
