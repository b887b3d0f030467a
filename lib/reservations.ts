import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentSettings } from './settings/schema.ts';

/**
 * Warns at every synthesis when executions are reserved for the MCP function. A synthesis does not know how many the
 * account has, and Lambda would refuse in the middle of a deployment.
 */
export function warnOfReservations(server: Construct, settings: DeploymentSettings): void {
  for (const name of ['reservedConcurrency', 'provisionedConcurrency'] as const) {
    if (settings[name] === undefined) continue;
    Annotations.of(server).addWarningV2(
      `casdoor-mcp-file-server:${name}`,
      `${name} is set to ${settings[name]}: the deployment fails unless Lambda can leave 100 executions of the account unreserved, and new accounts may have 10 in all. Look at UnreservedConcurrentExecutions of aws lambda get-account-settings first`,
    );
  }
}
