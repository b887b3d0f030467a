import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** How long the table may take, in milliseconds. The caller waits that long, and is then served without it. */
const timeout = 1_000;

/**
 * Creates counters in a DynamoDB table. The table's key is the text `id`, and its time to live is `expires_at`. A
 * call that fails throws the SDK's error, after a second at the latest.
 */
export function createQuotaTable(table: string, client = new DynamoDBClient({ maxAttempts: 2 })) {
  return {
    async add(
      counter: string,
      amount: number,
      { expiresAt, limit }: { expiresAt: number; limit?: number },
    ): Promise<boolean> {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: { id: { S: counter } },
        UpdateExpression: 'ADD #used :amount SET expires_at = :expires_at',
        ExpressionAttributeNames: { '#used': 'used' },
        ExpressionAttributeValues: {
          ':amount': { N: String(amount) },
          ':expires_at': { N: String(expiresAt) },
          ...(limit !== undefined && { ':limit': { N: String(limit) } }),
        },
        ...(limit !== undefined && { ConditionExpression: 'attribute_not_exists(#used) OR #used < :limit' }),
      });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(timeout) });
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async read(counter: string): Promise<number> {
      const command = new GetItemCommand({
        TableName: table,
        Key: { id: { S: counter } },
        ConsistentRead: true,
      });
      const { Item } = await client.send(command, { abortSignal: AbortSignal.timeout(timeout) });
      return Number(Item?.used?.N ?? 0);
    },
  };
}
