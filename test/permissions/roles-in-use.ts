import * as z from 'zod';
import { findFunctions, readFunctionRole, readRole } from './function-role.ts';
import type { AwsCall, Statement } from './iam-policy.ts';
import { type Names, resolveIntrinsics, type Template } from './intrinsics.ts';
import { recordQuotaCalls } from './other-calls.ts';

/** A role of a deployment, and everything that is called in it. */
export interface RoleInUse {
  readonly statements: readonly Statement[];
  readonly calls: readonly AwsCall[];
}

/** What a function is told about the resources that it uses. */
const variables = z.object({
  FILES_BUCKET: z.union([z.string(), z.object({ Ref: z.string() })]).optional(),
  TENANT_ROLE_ARN: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }).optional(),
  QUOTA_TABLE: z.object({ Ref: z.string() }).optional(),
  CALLS_PER_MINUTE: z.coerce.number().optional(),
  BYTES_PER_DAY: z.coerce.number().optional(),
});

/** Reads the roles of all functions, and the role in which the files are used; `fileCalls` are made to `bucketName`. */
export async function readRolesInUse(
  template: Template,
  fileCalls: readonly AwsCall[],
  bucketName: string,
): Promise<readonly RoleInUse[]> {
  const roles = await Promise.all(
    findFunctions(template).map(async (id): Promise<readonly RoleInUse[]> => {
      const told = variables.parse(readVariables(template, id));
      const { FILES_BUCKET: bucket, TENANT_ROLE_ARN: tenant, QUOTA_TABLE: quota } = told;
      const names: Names = typeof bucket === 'object' ? { [bucket.Ref]: bucketName } : {};
      const { statements, callsOfLambda } = readFunctionRole(template, id, names);
      const toArn = (resource: string) =>
        z.string().parse(resolveIntrinsics({ 'Fn::GetAtt': [resource, 'Arn'] }, template, names));

      const limits = { callsPerMinute: told.CALLS_PER_MINUTE, bytesPerDay: told.BYTES_PER_DAY };
      const quotaCalls = quota ? await recordQuotaCalls(toArn(quota.Ref), limits) : [];
      // A function without a bucket has no AWS SDK in its bundle either.
      if (!bucket) return [{ statements, calls: callsOfLambda }];
      const own = [...callsOfLambda, ...quotaCalls];
      if (!tenant) return [{ statements, calls: [...own, ...fileCalls] }];
      const [roleId] = tenant['Fn::GetAtt'];
      return [
        { statements, calls: [...own, { action: 'sts:AssumeRole', resource: toArn(roleId) }] },
        { statements: readRole(template, roleId, names), calls: fileCalls },
      ];
    }),
  );
  return roles.flat();
}

function readVariables({ Resources }: Template, functionId: string): unknown {
  const shape = z.object({ Environment: z.object({ Variables: z.unknown() }) });
  return shape.parse(Resources[functionId]?.Properties).Environment.Variables;
}
