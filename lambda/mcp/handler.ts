import { S3Client } from '@aws-sdk/client-s3';
import { casdoorProfile } from '../auth/casdoor-claims.ts';
import { createKeySet } from '../auth/jwks.ts';
import { createVerifier } from '../auth/verifier.ts';
import { createHttpApiHandler } from '../aws/http-api.ts';
import { createS3FileStore } from '../aws/s3-file-store.ts';
import { logLine } from '../log.ts';
import { toMetadataUrl } from '../metadata/protected-resource.ts';
import { readMcpSettings } from '../settings.ts';
import * as catalogue from '../tools/catalogue.ts';
import { scopesOfTools } from '../tools/scopes.ts';
import { createMcpEndpoint } from './endpoint.ts';

const settings = readMcpSettings(process.env);
const keySet = createKeySet({ url: settings.jwksUrl, log: logLine });
keySet.preload();

/** The MCP function. Its key set and its connections live as long as the execution environment. */
export const handler = createHttpApiHandler(
  createMcpEndpoint({
    verify: createVerifier({
      ...settings,
      algorithms: settings.tokenAlgorithms,
      profile: casdoorProfile,
      keySet,
    }),
    challenge: {
      resourceMetadataUrl: toMetadataUrl(settings.resource),
      initialScopes: settings.initialScopes,
    },
    allowedOrigins: settings.allowedOrigins,
    tools: Object.values(catalogue),
    scopesOfTools,
    files: createS3FileStore({
      client: new S3Client({}),
      bucket: settings.filesBucket,
      prefix: settings.filesPrefix,
    }),
    log: logLine,
  }),
);
