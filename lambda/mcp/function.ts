import { S3Client } from '@aws-sdk/client-s3';
import { casdoorProfile } from '../auth/casdoor-claims.ts';
import { createKeySet } from '../auth/jwks.ts';
import { rfc9068Profile } from '../auth/rfc9068-claims.ts';
import { createVerifier } from '../auth/verifier.ts';
import { createHttpApiHandler, type HttpApiHandler } from '../aws/http-api.ts';
import { createS3FileStore } from '../aws/s3-file-store.ts';
import { logLine } from '../log.ts';
import { toMetadataUrl } from '../metadata/protected-resource.ts';
import { readMcpSettings, type Variables } from '../settings.ts';
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
    tools,
    scopesOfTools,
    listedTools: settings.listedTools,
    files: createS3FileStore({
      client: new S3Client({}),
      bucket: settings.filesBucket,
      prefix: settings.filesPrefix,
    }),
    log: logLine,
  });
  return createHttpApiHandler(endpoint);
}
