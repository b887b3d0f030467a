import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Gives the stack outputs of exactly these names, each a value with what it is. */
export function nameOutputs(
  stack: Stack,
  outputs: Readonly<Record<string, readonly [value: string, description: string]>>,
): void {
  // The outputs get a parent of their own, so that an output can have the name of another construct.
  const scope = new Construct(stack, 'Outputs');
  for (const [name, [value, description]] of Object.entries(outputs))
    new CfnOutput(scope, name, { value, description }).overrideLogicalId(name);
}
