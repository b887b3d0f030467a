import type { McpEnvironment, MetadataEnvironment } from '../lambda/settings.ts';
import type { DeploymentSettings } from './settings/schema.ts';

/** What the MCP function learns of the resources around it. */
export interface McpSurroundings {
  /** The name of the deployment, by which its metrics are told apart. */
  readonly serviceName: string;
  readonly bucketName: string;
  /** What every key of the files begins with; ends with a slash. */
  readonly prefix: string;
}

/** The variables of the metadata function. */
export function toMetadataEnvironment(settings: DeploymentSettings, resource: string): MetadataEnvironment {
  return {
    RESOURCE_URL: resource,
    ISSUER: settings.issuer,
    RESOURCE_NAME: settings.resourceName,
    DOCUMENTATION_URL: settings.documentationUrl,
    ...(settings.scopePrefix && { SCOPE_PREFIX: settings.scopePrefix }),
    ...(settings.publicClientId && { PUBLIC_CLIENT_ID: settings.publicClientId }),
    ...(settings.clientRegistration === 'bridge' && toBridgeEnvironment(settings)),
  };
}

/** What the registration bridge hands out; the settings have all of it where the bridge is on. */
function toBridgeEnvironment(settings: DeploymentSettings): Partial<MetadataEnvironment> {
  const { authorizationEndpoint, tokenEndpoint } = settings;
  return {
    ...(authorizationEndpoint && { AUTHORIZATION_ENDPOINT: authorizationEndpoint }),
    ...(tokenEndpoint && { TOKEN_ENDPOINT: tokenEndpoint }),
    JWKS_URL: settings.jwksUrl,
    TOKEN_ALGORITHMS: settings.tokenAlgorithms.join(' '),
    ...toVariable('ALLOWED_REDIRECT_URIS', settings.allowedRedirectUris),
  };
}

/** The variables of the MCP function. */
export function toMcpEnvironment(
  settings: DeploymentSettings,
  resource: string,
  surroundings: McpSurroundings,
): McpEnvironment {
  return {
    RESOURCE_URL: resource,
    ISSUER: settings.issuer,
    JWKS_URL: settings.jwksUrl,
    KEY_SET_MAX_AGE_HOURS: String(settings.keySetMaxAgeHours),
    ...(settings.principalCacheSeconds > 0 && {
      PRINCIPAL_CACHE_SECONDS: String(settings.principalCacheSeconds),
    }),
    ...(settings.audience && { TOKEN_AUDIENCE: settings.audience }),
    ...(settings.scopePrefix && { SCOPE_PREFIX: settings.scopePrefix }),
    TOKEN_PROFILE: settings.tokenProfile,
    ...(settings.casdoorApplication && { CASDOOR_APPLICATION: settings.casdoorApplication }),
    ...(settings.clientClaim && { CLIENT_CLAIM: settings.clientClaim }),
    ...(settings.userMark && { USER_MARK: settings.userMark }),
    ...(settings.organizationClaim && { ORGANIZATION_CLAIM: settings.organizationClaim }),
    ...(settings.acceptBoundTokens && { BOUND_TOKENS: 'accepted' }),
    TOOL_VISIBILITY: settings.toolVisibility,
    TOKEN_ALGORITHMS: settings.tokenAlgorithms.join(' '),
    INITIAL_SCOPES: settings.initialScopes.join(' '),
    FILES_BUCKET: surroundings.bucketName,
    FILES_PREFIX: surroundings.prefix,
    FILE_ROOTS: settings.fileRoots,
    DELETION: settings.deletion ? 'on' : 'off',
    ...(settings.chatgptTools && { CHATGPT_TOOLS: 'on' }),
    MAX_WRITE_BYTES: String(settings.maxWriteBytes),
    SERVICE_NAME: surroundings.serviceName,
    LOG_PATHS: settings.logPaths ? 'on' : 'off',
    WRITER_METADATA: settings.writerMetadata ? 'on' : 'off',
    ...(settings.connectPage && { CONNECT_PAGE: 'on' }),
    ...(settings.callsPerMinute && { CALLS_PER_MINUTE: String(settings.callsPerMinute) }),
    ...(settings.bytesPerDay && { BYTES_PER_DAY: String(settings.bytesPerDay) }),
    ...toVariable('ALLOWED_ORIGINS', settings.allowedOrigins),
    ...toVariable('ALLOWED_CLIENT_IDS', settings.allowedClientIds),
    ...toVariable('ALLOWED_ORGANIZATIONS', settings.allowedOrganizations),
    ...toVariable('MACHINE_CLIENT_IDS', settings.machineClientIds),
  };
}

type ListVariable =
  | 'ALLOWED_ORIGINS'
  | 'ALLOWED_CLIENT_IDS'
  | 'ALLOWED_ORGANIZATIONS'
  | 'ALLOWED_REDIRECT_URIS'
  | 'MACHINE_CLIENT_IDS';

/** Lambda's variables are never empty, so an empty list is an absent variable. */
function toVariable<Name extends ListVariable>(name: Name, list: readonly string[]) {
  // To the compiler a computed key is any string.
  return (list.length === 0 ? {} : { [name]: list.join(' ') }) as { readonly [name in Name]?: string };
}
