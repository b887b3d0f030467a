import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * How long a function may take: less than the 30 seconds of the gateway, so that its own answer comes first. Of this
 * time `lambda/aws/http-api.ts` keeps four seconds for writing the answer, so a tool ends after 24.
 */
export const functionTimeout = Duration.seconds(28);

/** What a function of this server is made from. */
export interface ServerFunctionProps {
  /** The directory of the built function, which is uploaded. */
  readonly code: string;
  readonly description: string;
  /** The variables the function's settings are read from; an undefined one is left out. */
  readonly environment: object;
  /** In MB. The processor's share grows with it. */
  readonly memorySize: number;
  readonly logRetention: RetentionDays;
  /** What becomes of the log when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
  /** @default - as many as the account has left */
  readonly reservedConcurrency?: number | undefined;
  /** @default - none are kept warm */
  readonly provisionedConcurrency?: number | undefined;
}

/**
 * A Lambda function as all of them are here: Node 24 on arm64, traced, with JSON logs in a log group of its own.
 */
export class ServerFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
  /** What routes lead to: the function, or the alias whose environments are kept warm. */
  readonly target: IFunction;

  constructor(scope: Construct, id: string, props: ServerFunctionProps) {
    super(scope, id);
    const { removalPolicy, provisionedConcurrency } = props;
    this.logGroup = new LogGroup(this, 'Logs', { retention: props.logRetention, removalPolicy });
    // Not the managed policy, which writes to every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(this.role);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: Code.fromAsset(props.code),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: functionTimeout,
      environment: Object.fromEntries(
        Object.entries(props.environment).filter(([, value]) => value !== undefined),
      ),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup: this.logGroup,
      role: this.role,
      ...(props.reservedConcurrency && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    acknowledge(
      this,
      'IAM5[Resource::*]',
      'xray:PutTraceSegments and xray:PutTelemetryRecords take no resource, and nothing else here names *',
    );
    this.target = provisionedConcurrency ? this.keepWarm(provisionedConcurrency) : this.lambda;
  }

  /** Only an alias or a version can have environments that are kept warm. */
  private keepWarm(provisionedConcurrentExecutions: number): IFunction {
    // Only exactOptionalPropertyTypes tells the CDK's classes and its interfaces apart, here and below.
    const version = this.lambda.currentVersion as IVersion;
    return new Alias(this, 'Live', {
      aliasName: 'live',
      version,
      provisionedConcurrentExecutions,
    }) as IFunction;
  }
}
