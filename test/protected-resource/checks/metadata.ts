import { type Check, require } from '../check.ts';
import { toWellKnown } from '../server.ts';

const isText = (value: unknown): value is string => typeof value === 'string';

function isHttps(value: unknown): boolean {
  if (!isText(value) || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** The Protected Resource Metadata document. */
export const metadataChecks: readonly Check[] = [
  {
    id: 'metadata-found',
    title: 'Metadata is named by the challenge, or lies at a well-known place',
    source: 'MCP authorization, Authorization Server Location; RFC 9728 section 3',
    level: 'MUST',
    async run(server) {
      await server.readMetadata();
    },
  },
  {
    id: 'metadata-at-well-known-path',
    title: 'Metadata lies at the well-known place of the resource, with its path inserted',
    source: 'RFC 9728 section 3.1',
    level: 'SHOULD',
    async run({ url, get }) {
      const { status } = await get(toWellKnown(url));
      require(status === 200, `${toWellKnown(url)} answered ${status}`);
    },
  },
  {
    id: 'metadata-without-token',
    title: 'Metadata is served as application/json with status 200',
    source: 'RFC 9728 section 3.2',
    level: 'MUST',
    async run({ readMetadata, get }) {
      const { status, headers } = await get((await readMetadata()).url);
      const type = headers.get('content-type') ?? 'no content type';
      require(status === 200 && /^application\/json\b/i.test(type), `answered ${status} with ${type}`);
    },
  },
  {
    id: 'metadata-resource',
    title: 'Metadata names the resource as a URL without a fragment',
    source: 'RFC 9728 sections 1.2 and 2',
    level: 'MUST',
    async run({ readMetadata }) {
      const { resource } = (await readMetadata()).document;
      require(isHttps(resource) &&
        !String(resource).includes('#'), `resource is ${JSON.stringify(resource)}`);
    },
  },
  {
    id: 'metadata-resource-matches',
    title: 'The resource of the metadata is the URL that was asked, so that clients may use it',
    source: 'RFC 9728 section 3.3',
    level: 'MUST',
    async run({ url, readMetadata }) {
      const { resource } = (await readMetadata()).document;
      const wanted = [url.href, url.href.replace(/\/$/, '')];
      require(wanted.includes(String(resource)), `resource is ${JSON.stringify(resource)}, not ${url.href}`);
    },
  },
  {
    id: 'metadata-authorization-servers',
    title: 'Metadata names at least one authorization server',
    source: 'MCP authorization, Authorization Server Location',
    level: 'MUST',
    async run({ readMetadata }) {
      const { authorization_servers: servers } = (await readMetadata()).document;
      const isList = Array.isArray(servers) && servers.length > 0 && servers.every(isHttps);
      require(isList, `authorization_servers is ${JSON.stringify(servers)}`);
    },
  },
  {
    id: 'metadata-no-empty-members',
    title: 'Metadata leaves out what has no values',
    source: 'RFC 9728 section 3.2',
    level: 'MUST',
    async run({ readMetadata }) {
      const { document } = await readMetadata();
      const empty = Object.entries(document).filter(
        ([, value]) => Array.isArray(value) && value.length === 0,
      );
      require(empty.length === 0, `${empty.map(([name]) => name).join()} has no values`);
    },
  },
  {
    id: 'metadata-bearer-methods',
    title: 'Metadata offers no token in a query',
    source: 'MCP authorization, Token Requirements; RFC 9728 section 2',
    level: 'MUST',
    async run({ readMetadata }) {
      const { bearer_methods_supported: methods } = (await readMetadata()).document;
      const isQuery = Array.isArray(methods) && methods.includes('query');
      require(!isQuery, `bearer_methods_supported is ${JSON.stringify(methods)}`);
    },
  },
  {
    id: 'metadata-scopes',
    title: 'Metadata lists scopes',
    source: 'RFC 9728 section 2 (RECOMMENDED)',
    level: 'SHOULD',
    async run({ readMetadata }) {
      const { scopes_supported: scopes } = (await readMetadata()).document;
      const isList = Array.isArray(scopes) && scopes.length > 0 && scopes.every(isText);
      require(isList, `scopes_supported is ${JSON.stringify(scopes)}`);
    },
  },
  {
    id: 'metadata-no-offline-access',
    title: 'Metadata does not list offline_access, which no resource needs',
    source: 'MCP authorization, Refresh Tokens',
    level: 'SHOULD',
    revisions: ['2026-07-28'],
    async run({ readMetadata }) {
      const { scopes_supported: scopes } = (await readMetadata()).document;
      require(!(Array.isArray(scopes) && scopes.includes('offline_access')), 'scopes_supported lists it');
    },
  },
];
