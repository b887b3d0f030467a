import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentSettings } from './settings/schema.ts';

/**
 * Warns at every synthesis of what lets more callers in than the operator may think. Any client of a Casdoor may ask
 * for this server's audience and scopes, users of every organization sign in at the same issuer, and its global key
 * set holds the certificates of all of them.
 */
export function warnOfOpenDoors(server: Construct, settings: DeploymentSettings): void {
  if (settings.allowedClientIds.length === 0) {
    Annotations.of(server).addWarningV2(
      'casdoor-mcp-file-server:allowedClientIds',
      'allowedClientIds is not set: tokens of every client of the authorization server are accepted. Set it to your client ids',
    );
  }
  if (settings.tokenProfile === 'casdoor' && settings.allowedOrganizations.length === 0) {
    Annotations.of(server).addWarningV2(
      'casdoor-mcp-file-server:allowedOrganizations',
      'allowedOrganizations is not set: users of every organization of the Casdoor are accepted. Set it to your organizations',
    );
  }
  if (settings.tokenProfile === 'casdoor' && settings.casdoorApplication === undefined) {
    Annotations.of(server).addWarningV2(
      'casdoor-mcp-file-server:casdoorApplication',
      'casdoorApplication is not set: tokens signed with any certificate of the Casdoor are accepted, those of other organizations too. Set it to the name of your application',
    );
  }
}
