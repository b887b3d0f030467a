import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionName, toFunctionDirectory } from './bundle.ts';

/** What a function of this server is made from. */
export interface ServerFunctionProps {
  /** The built function; its directory is what is uploaded. */
  readonly code: FunctionName;
  readonly description: string;
  /** The variables the function's settings are read from; an undefined one is left out. */
  readonly environment: object;
  /** In MB. The processor's share grows with it. */
  readonly memorySize: number;
}

/**
 * A Lambda function as every one here is: Node 24 on arm64, JSON logs kept for a month in a log group of
 * its own, and less time than the gateway's 30 seconds, so that its own answer comes first.
 */
export class ServerFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: ServerFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: RetentionDays.ONE_MONTH });
    // Not the managed policy, which writes to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: Code.fromAsset(toFunctionDirectory(props.code)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: Duration.seconds(28),
      environment: Object.fromEntries(
        Object.entries(props.environment).filter(([, value]) => value !== undefined),
      ),
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
    });
  }
}
