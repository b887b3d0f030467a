import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { createQuotaTable } from '../../lambda/aws/quota-table.ts';
import { createQuota, type QuotaOptions } from '../../lambda/mcp/quota.ts';
import type { AwsCall } from './iam-policy.ts';

const principal = {
  kind: 'user',
  issuer: 'https://door.example.com',
  subject: 'acme/alice',
  clientId: 'client',
  scopes: new Set<string>(),
  expiresAt: 0,
} as const;

/** Counts one tool call of one caller against the limits, and returns what DynamoDB is asked for. */
export async function recordQuotaCalls(
  tableArn: string,
  limits: Pick<QuotaOptions, 'callsPerMinute' | 'bytesPerDay'>,
): Promise<readonly AwsCall[]> {
  const dynamo = mockClient(DynamoDBClient);
  dynamo.onAnyCommand().resolves({});
  const counters = createQuotaTable('table', new DynamoDBClient({}));
  const quota = createQuota({ counters, ...limits });
  const log = (event: string) => {
    throw new Error(`the quota logged ${event}`);
  };
  await quota.takeCall(principal, log);
  await quota.addBytes(principal, 1, log);
  dynamo.restore();
  // Each action has the name of its operation ("Actions, resources, and condition keys for Amazon DynamoDB").
  return dynamo.calls().map(({ firstArg }) => {
    const operation = firstArg.constructor.name.replace(/Command$/, '');
    return { action: `dynamodb:${operation}`, resource: tableArn };
  });
}

/** What S3 asks KMS for on behalf of the caller ("Using server-side encryption with AWS KMS keys"). */
export function toKeyCalls(calls: readonly AwsCall[], keyArn: string): readonly AwsCall[] {
  return calls.flatMap(({ action }) => {
    if (action.startsWith('s3:GetObject')) return [{ action: 'kms:Decrypt', resource: keyArn }];
    return action === 's3:PutObject' ? [{ action: 'kms:GenerateDataKey', resource: keyArn }] : [];
  });
}
