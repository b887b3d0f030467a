import { readFile } from 'node:fs/promises';
import { createDocumentHandler } from '../aws/document-handler.ts';
import { readMetadataSettings } from '../settings.ts';
import { createMetadataEndpoint } from './endpoint.ts';

const settings = readMetadataSettings(process.env);

/** The page lies beside the bundle (`lib/bundle.ts`). A start reads neither the page nor the code that fills it in. */
async function readPage() {
  const { toConnectPage } = await import('./connect-page.ts');
  const template = await readFile(new URL('./connect-page.json', import.meta.url), 'utf8');
  return toConnectPage(JSON.parse(template), settings);
}

/** The metadata function; its documents live as long as the execution environment. */
export const handler = createDocumentHandler(createMetadataEndpoint({ ...settings, readPage }));
