import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Acknowledges a rule of cdk-nag's AwsSolutions pack for a construct and what it holds. The reason is what a
 * reviewer reads in place of the finding.
 */
export function acknowledge(construct: Construct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** Acknowledges that the policies of a construct name this very resource, which has a wildcard in it. */
export function acknowledgeWildcard(construct: Construct, resource: string, reason: string): void {
  acknowledge(construct, `IAM5[Resource::${flatten(Stack.of(construct).resolve(resource))}]`, reason);
}

/** A resolved value as cdk-nag writes it: `<LogicalId.Arn>/files/*`. */
function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, content] = []] = Object.entries(value);
  if (name === 'Fn::GetAtt') return `<${content.join('.')}>`;
  if (name === 'Fn::Join') return content[1].map(flatten).join(content[0]);
  return `<${content}>`;
}
