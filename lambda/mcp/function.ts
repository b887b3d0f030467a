import { createHash } from 'node:crypto';
import { casdoorProfile } from '../auth/casdoor-claims.ts';
import { createKeySet } from '../auth/jwks.ts';
import { keepPrincipals } from '../auth/kept-principals.ts';
import type { Principal } from '../auth/principal.ts';
import { Refused } from '../auth/refusal.ts';
import { rfc9068Profile } from '../auth/rfc9068-claims.ts';
import { createVerifier } from '../auth/verifier.ts';
import { createHttpApiHandler, type HttpApiHandler, isProvisioned } from '../aws/http-api.ts';
import { createS3Client } from '../aws/s3/client.ts';
import { createS3FileStore } from '../aws/s3/file-store.ts';
import { NoRoot, toRootPrefix } from '../files/file-root.ts';
import type { FileStore, FileWriter } from '../files/file-store.ts';
import { signWrites } from '../files/signed-writes.ts';
import { toMetadataUrl } from '../metadata/protected-resource.ts';
import { type McpSettings, readMcpSettings, type Variables } from '../settings.ts';
import { createLog } from '../telemetry/log.ts';
import { type ScopeTable, scopesOfMethods as scopes } from '../tools/scopes.ts';
import type { ToolEntry } from '../tools/tool.ts';
import { createMcpEndpoint } from './endpoint.ts';
import type { Method } from './method.ts';
import { createQuota, type Quota } from './quota.ts';
import { createFileMethods } from './resources/methods.ts';

const profiles = { casdoor: casdoorProfile, rfc9068: rfc9068Profile };

/**
 * Joins the parts of the MCP function around a set of tools and methods, and starts to fetch the keys. What it creates
 * lives as long as the execution environment. `variables` is `process.env`. Code that only some deployments
 * use is loaded only there, because every module delays the first request.
 */
export async function createMcpFunction<Name extends string>(
  variables: Variables,
  tools: readonly ToolEntry<Name>[],
  scopesOfTools: ScopeTable<Name>,
  methods: readonly Method[] = createFileMethods(),
  scopesOfMethods: ScopeTable = scopes,
): Promise<HttpApiHandler> {
  const settings = readMcpSettings(variables);
  const log = createLog({ service: settings.serviceName });
  const staleFor = settings.keySetMaxAgeHours * 3_600_000;
  const keySet = createKeySet({
    url: settings.jwksUrl,
    isOfApplication: settings.casdoorApplication !== undefined,
    staleFor,
    log,
  });
  keySet.preload();
  const offered = await selectTools(tools, settings);
  // An environment that is made ahead of requests has the time to load what the first of them would wait for.
  if (isProvisioned(variables)) await Promise.all(offered.map((tool) => tool.load()));
  const verify = createVerifier({
    ...settings,
    algorithms: settings.tokenAlgorithms,
    profile: profiles[settings.tokenProfile],
    keySet,
  });
  const endpoint = createMcpEndpoint({
    verify: keepPrincipals(verify, { keySet, seconds: settings.principalCacheSeconds }),
    challenge: {
      resourceMetadataUrl: toMetadataUrl(settings.resource),
      initialScopes: settings.initialScopes,
      scopePrefix: settings.scopePrefix,
    },
    // The connect page checks the server from its own origin.
    allowedOrigins: [...settings.allowedOrigins, new URL(settings.resource).origin],
    tools: offered,
    scopesOfTools,
    methods,
    scopesOfMethods,
    toolVisibility: settings.toolVisibility,
    limits: settings.limits,
    openFiles: await createFileStoreFactory(settings),
    quota: await createTableQuota(settings),
    log,
    logPaths: settings.logPaths,
    connectPage: settings.connectPage,
  });
  return createHttpApiHandler(endpoint, variables);
}

/** The tools that the operator offers. */
async function selectTools(
  tools: readonly ToolEntry[],
  { deletion, chatgptTools: hasMore }: McpSettings,
): Promise<readonly ToolEntry[]> {
  const offered = deletion ? tools : tools.filter(({ deletes }) => !deletes);
  if (!hasMore) return offered;
  const { chatgptTools } = await import('../tools/chatgpt.ts');
  return [...offered, ...chatgptTools];
}

/** Creates the factory of file stores, which gives each caller the files under the caller's own root. */
async function createFileStoreFactory(settings: McpSettings): Promise<(principal: Principal) => FileStore> {
  const openRoot = await createRootFactory(settings);
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  return (principal) => {
    const files = openRoot(readRoot(() => toRootPrefix(settings.fileRoots, principal, sha256)));
    return settings.writerMetadata ? signWrites(files, toWriter(principal)) : files;
  };
}

function toWriter({ name, subject, clientId }: Principal): FileWriter {
  return { name: name ?? subject, ...(clientId !== undefined && { client: clientId }) };
}

/** The store of one root, used with the function's own rights or, with a tenant role, the rights to that root alone. */
async function createRootFactory(settings: McpSettings): Promise<(root: string) => FileStore> {
  const { filesBucket: bucket, filesPrefix: prefix, tenantRoleArn: roleArn } = settings;
  if (roleArn !== undefined) {
    const { createTenantFiles } = await import('../aws/tenant-files.ts');
    return createTenantFiles({ roleArn, bucket, prefix });
  }
  const client = createS3Client();
  return (root) => createS3FileStore({ client, bucket, prefix: `${prefix}${root}` });
}

async function createTableQuota({ quota }: McpSettings): Promise<Quota | undefined> {
  if (quota === undefined) return undefined;
  const { createQuotaTable } = await import('../aws/quota-table.ts');
  return createQuota({ ...quota, counters: createQuotaTable(quota.table) });
}

/** A token that does not name the owner of a root is refused as if it lacked a claim. */
function readRoot(toRoot: () => string): string {
  try {
    return toRoot();
  } catch (error) {
    if (!(error instanceof NoRoot)) throw error;
    throw new Refused({ code: 'missing_claim', claim: error.claim }, { cause: error });
  }
}
