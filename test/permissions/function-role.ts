import * as z from 'zod';
import { type AwsCall, readStatements, type Statement } from './iam-policy.ts';
import { type Names, resolveIntrinsics, type Template } from './intrinsics.ts';

/** What a Lambda function may do in its role, and what Lambda itself does in that role. */
export interface FunctionRole {
  readonly statements: readonly Statement[];
  readonly callsOfLambda: readonly AwsCall[];
}

const shapes = {
  function: z.object({
    Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
    LoggingConfig: z.object({ LogGroup: z.unknown() }),
    TracingConfig: z.object({ Mode: z.string() }).optional(),
  }),
  // Anything else that grants or removes permissions, such as a managed policy or a boundary, is refused.
  role: z.strictObject({
    AssumeRolePolicyDocument: z.unknown(),
    Description: z.unknown().optional(),
    Tags: z.unknown().optional(),
  }),
  policy: z.object({ Roles: z.array(z.object({ Ref: z.string() })), PolicyDocument: z.unknown() }),
};

/** The functions of a template, by logical id. */
export function findFunctions({ Resources }: Template): readonly string[] {
  return Object.keys(Resources).filter((id) => Resources[id]?.Type === 'AWS::Lambda::Function');
}

/** Reads the role of a function from a synthesized template. Throws for anything that is not evaluated here. */
export function readFunctionRole(template: Template, functionId: string, names: Names = {}): FunctionRole {
  const lambda = shapes.function.parse(template.Resources[functionId]?.Properties);
  const [roleId] = lambda.Role['Fn::GetAtt'];
  const logGroup = z.string().parse(resolveIntrinsics(lambda.LoggingConfig.LogGroup, template, names));
  return {
    statements: readRole(template, roleId, names),
    callsOfLambda: toCallsOfLambda(logGroup, lambda.TracingConfig?.Mode),
  };
}

/** Reads the statements of a role. Throws for anything that is not evaluated here. */
export function readRole(template: Template, roleId: string, names: Names = {}): readonly Statement[] {
  shapes.role.parse(template.Resources[roleId]?.Properties);
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .map(({ Properties }) => shapes.policy.parse(Properties))
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === roleId))
    .flatMap(({ PolicyDocument }) => readStatements(resolveIntrinsics(PolicyDocument, template, names)));
}

/** Lambda developer guide, "Defining Lambda function permissions with an execution role", and "… using AWS X-Ray". */
function toCallsOfLambda(logGroup: string, tracing: string | undefined): readonly AwsCall[] {
  const resource = `arn:aws:logs:eu-central-1:111122223333:log-group:${logGroup}:log-stream:some`;
  const log = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ action, resource }));
  if (tracing !== 'Active') return log;
  const trace = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
  return [...log, ...trace.map((action) => ({ action, resource: '*' }))];
}
