import { Annotations, type Stack } from 'aws-cdk-lib';
import type { DeploymentSettings } from './settings/schema.ts';

/**
 * Warns at every synthesis of lists that are empty. Any client of a Casdoor may ask for this server's audience
 * and scopes, and any organization's users sign in at the same issuer; only these two lists keep them out.
 */
export function warnOfOpenDoors(stack: Stack, settings: DeploymentSettings): void {
  if (settings.allowedClientIds.length === 0) {
    Annotations.of(stack).addWarningV2(
      'casdoor-mcp-file-server:allowedClientIds',
      'allowedClientIds is not set: tokens of every client of the authorization server are accepted. Set it to your client ids',
    );
  }
  if (settings.tokenProfile === 'casdoor' && settings.allowedOrganizations.length === 0) {
    Annotations.of(stack).addWarningV2(
      'casdoor-mcp-file-server:allowedOrganizations',
      'allowedOrganizations is not set: users of every organization of the Casdoor are accepted. Set it to your organizations',
    );
  }
}
