import { createHttpApiHandler } from '../aws/http-api.ts';
import { readMetadataSettings } from '../settings.ts';
import { createMetadataEndpoint } from './endpoint.ts';

/** The metadata function; the document lives as long as the execution environment. */
export const handler = createHttpApiHandler(
  createMetadataEndpoint(readMetadataSettings(process.env)),
  process.env,
);
