import { createDocumentHandler } from '../aws/document-handler.ts';
import { readMetadataSettings } from '../settings.ts';
import { createMetadataEndpoint } from './endpoint.ts';

/** The metadata function; its documents live as long as the execution environment. */
export const handler = createDocumentHandler(createMetadataEndpoint(readMetadataSettings(process.env)));
