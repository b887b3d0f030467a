import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createQuotaTable } from '../../lambda/aws/quota-table.ts';
import { QuotaTable } from '../../lib/quota-table.ts';

function synthesize(limitsBytes = true): Template {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new Stack(app, 'Test');
  const countedBy = new Role(stack, 'Function', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new QuotaTable(stack, 'Quota', { countedBy, limitsBytes });
  return Template.fromStack(stack);
}

describe('the quota table', () => {
  it('costs what is counted, is protected, and goes with the stack', () => {
    synthesize().hasResource('AWS::DynamoDB::GlobalTable', {
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      },
      DeletionPolicy: 'Delete',
    });
  });

  it('has the key and the time to live that the function writes', async () => {
    const client = mockClient(DynamoDBClient);
    client.on(UpdateItemCommand).resolves({}).on(GetItemCommand).resolves({});
    await createQuotaTable('quota', new DynamoDBClient({})).add('a', 1, { expiresAt: 7 });
    const { Key, UpdateExpression } = client.commandCalls(UpdateItemCommand)[0]?.args[0].input ?? {};
    expect(Key).toEqual({ id: { S: 'a' } });
    expect(UpdateExpression).toContain('SET expires_at =');
    synthesize().hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
  });

  it('grants what the function calls and nothing more', () => {
    synthesize(false).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'dynamodb:UpdateItem', Effect: 'Allow' }] },
    });
    synthesize().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{ Action: ['dynamodb:UpdateItem', 'dynamodb:GetItem'], Effect: 'Allow' }],
      },
    });
  });
});
