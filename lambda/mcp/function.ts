import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { casdoorProfile } from '../auth/casdoor-claims.ts';
import { createKeySet } from '../auth/jwks.ts';
import type { Principal } from '../auth/principal.ts';
import { Refused } from '../auth/refusal.ts';
import { rfc9068Profile } from '../auth/rfc9068-claims.ts';
import { createVerifier } from '../auth/verifier.ts';
import { createHttpApiHandler, type HttpApiHandler } from '../aws/http-api.ts';
import { createS3FileStore } from '../aws/s3/file-store.ts';
import { NoRoot, toRootPrefix } from '../files/file-root.ts';
import type { FileStore } from '../files/file-store.ts';
import { logLine } from '../log.ts';
import { toMetadataUrl } from '../metadata/protected-resource.ts';
import { type McpSettings, readMcpSettings, type Variables } from '../settings.ts';
import type { ScopeTable } from '../tools/scopes.ts';
import type { Tool } from '../tools/tool.ts';
import { createMcpEndpoint } from './endpoint.ts';

const profiles = { casdoor: casdoorProfile, rfc9068: rfc9068Profile };

/**
 * Joins the parts of the MCP function around a set of tools, and starts to fetch the keys. What it makes
 * lives as long as the execution environment.
 */
export function createMcpFunction(
  variables: Variables,
  tools: readonly Tool[],
  scopesOfTools: ScopeTable,
): HttpApiHandler {
  const settings = readMcpSettings(variables);
  const keySet = createKeySet({ url: settings.jwksUrl, log: logLine });
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
    },
    allowedOrigins: settings.allowedOrigins,
    tools: settings.isDeletionOn ? tools : tools.filter(({ deletes }) => !deletes),
    scopesOfTools,
    maxWriteBytes: settings.maxWriteBytes,
    listedTools: settings.listedTools,
    openFiles: createFileOpener(settings, new S3Client({})),
    log: logLine,
  });
  return createHttpApiHandler(endpoint);
}

/** Leads each caller to the store of its own root. */
function createFileOpener({ filesBucket, filesPrefix, fileRoots }: McpSettings, client: S3Client) {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  return (principal: Principal): FileStore => {
    const root = openRoot(() => toRootPrefix(fileRoots, principal, sha256));
    return createS3FileStore({ client, bucket: filesBucket, prefix: `${filesPrefix}${root}` });
  };
}

/** A token that names no owner of a root is as good as none here. */
function openRoot(toRoot: () => string): string {
  try {
    return toRoot();
  } catch (error) {
    if (!(error instanceof NoRoot)) throw error;
    throw new Refused({ code: 'missing_claim', claim: error.claim }, { cause: error });
  }
}
