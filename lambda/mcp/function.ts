import { createHash } from 'node:crypto';
import { casdoorProfile } from '../auth/casdoor-claims.ts';
import { createKeySet } from '../auth/jwks.ts';
import type { Principal } from '../auth/principal.ts';
import { Refused } from '../auth/refusal.ts';
import { rfc9068Profile } from '../auth/rfc9068-claims.ts';
import { createVerifier } from '../auth/verifier.ts';
import { createHttpApiHandler, type HttpApiHandler } from '../aws/http-api.ts';
import { createS3Client } from '../aws/s3/client.ts';
import { createS3FileStore } from '../aws/s3/file-store.ts';
import { NoRoot, toRootPrefix } from '../files/file-root.ts';
import type { FileStore } from '../files/file-store.ts';
import { toMetadataUrl } from '../metadata/protected-resource.ts';
import { type McpSettings, readMcpSettings, type Variables } from '../settings.ts';
import { createLog } from '../telemetry/log.ts';
import type { ScopeTable } from '../tools/scopes.ts';
import type { Tool } from '../tools/tool.ts';
import { createMcpEndpoint } from './endpoint.ts';
import { createQuota, type Quota } from './quota.ts';

const profiles = { casdoor: casdoorProfile, rfc9068: rfc9068Profile };

/**
 * Joins the parts of the MCP function around a set of tools, and starts to fetch the keys. What it makes
 * lives as long as the execution environment. `variables` are those of the process. What only some deployments
 * use is loaded only there, because every module makes the first request wait.
 */
export async function createMcpFunction(
  variables: Variables,
  tools: readonly Tool[],
  scopesOfTools: ScopeTable,
): Promise<HttpApiHandler> {
  const settings = readMcpSettings(variables);
  const log = createLog({ service: settings.serviceName });
  const staleFor = settings.keySetMaxAgeHours * 3_600_000;
  const keySet = createKeySet({ url: settings.jwksUrl, staleFor, log });
  keySet.preload();
  const endpoint = createMcpEndpoint({
    verify: createVerifier({
      ...settings,
      algorithms: settings.tokenAlgorithms,
      profile: profiles[settings.tokenProfile],
      keySet,
    }),
    challenge: {
      resourceMetadataUrl: toMetadataUrl(settings.resource),
      initialScopes: settings.initialScopes,
      scopePrefix: settings.scopePrefix,
    },
    allowedOrigins: settings.allowedOrigins,
    tools: settings.isDeletionOn ? tools : tools.filter(({ deletes }) => !deletes),
    scopesOfTools,
    maxWriteBytes: settings.maxWriteBytes,
    listedTools: settings.listedTools,
    openFiles: await createFileOpener(settings),
    quota: await openQuota(settings),
    log,
    arePathsLogged: settings.arePathsLogged,
  });
  return createHttpApiHandler(endpoint, variables);
}

/** Leads each caller to the store of its own root. */
async function createFileOpener(settings: McpSettings): Promise<(principal: Principal) => FileStore> {
  const open = await createRootOpener(settings);
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  return (principal) => open(readRoot(() => toRootPrefix(settings.fileRoots, principal, sha256)));
}

/** Opens a root with the function's own rights, or with those of that root alone. */
async function createRootOpener(settings: McpSettings): Promise<(root: string) => FileStore> {
  const { filesBucket: bucket, filesPrefix: prefix, tenantRoleArn: roleArn } = settings;
  if (roleArn !== undefined) {
    const { createTenantFiles } = await import('../aws/tenant-files.ts');
    return createTenantFiles({ roleArn, bucket, prefix });
  }
  const client = createS3Client();
  return (root) => createS3FileStore({ client, bucket, prefix: `${prefix}${root}` });
}

async function openQuota({ quota }: McpSettings): Promise<Quota | undefined> {
  if (quota === undefined) return undefined;
  const { createQuotaTable } = await import('../aws/quota-table.ts');
  return createQuota({ ...quota, counters: createQuotaTable(quota.table) });
}

/** A token that names no owner of a root is as good as none here. */
function readRoot(toRoot: () => string): string {
  try {
    return toRoot();
  } catch (error) {
    if (!(error instanceof NoRoot)) throw error;
    throw new Refused({ code: 'missing_claim', claim: error.claim }, { cause: error });
  }
}
