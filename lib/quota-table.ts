import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Who counts in a quota table. */
export interface QuotaTableProps {
  readonly countedBy: IGrantable;
  /** Whether bytes are limited, too: what was used is then read before a call, not only counted up. */
  readonly limitsBytes: boolean;
}

/**
 * The counters of what each caller uses, as `lambda/aws/quota-table.ts` keeps them. It is billed per request
 * and deleted with the stack, because the longest counter lasts one day.
 */
export class QuotaTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { countedBy, limitsBytes }: QuotaTableProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires_at',
      billing: Billing.onDemand(),
      // It holds callers as hashes, so a key of one's own would protect nothing.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.table.grant(countedBy, 'dynamodb:UpdateItem', ...(limitsBytes ? ['dynamodb:GetItem'] : []));
  }
}
