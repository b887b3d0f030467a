import { type Check, Failed, require, type ServerUnderTest } from '../check.ts';
import { parseObject } from '../server.ts';
import { isSecureUrl } from '../url.ts';

/** Where clients look for the metadata of an issuer (MCP authorization, Authorization Server Metadata Discovery). */
function toPlaces(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname === '/' ? '' : pathname.replace(/\/$/, '');
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

type Document = Readonly<Record<string, unknown>>;

/** The metadata of every authorization server that the resource names. Throws `Failed` if one has none. */
async function readIssuers({ readMetadata, get }: ServerUnderTest) {
  const { authorization_servers: servers } = (await readMetadata()).document;
  const issuers: readonly unknown[] = Array.isArray(servers) ? servers : [];
  if (issuers.length === 0) throw new Failed('no authorization server is named');
  return Promise.all(issuers.map((issuer) => readIssuer(issuer, get)));
}

async function readIssuer(issuer: unknown, get: ServerUnderTest['get']) {
  if (typeof issuer !== 'string' || !URL.canParse(issuer))
    throw new Failed(`${JSON.stringify(issuer)} is no URL`);
  const places = [...new Set(toPlaces(issuer))];
  const reasons: string[] = [];
  for (const place of places) {
    const document = await readDocument(place, get, reasons);
    if (document) return { issuer, document };
  }
  throw new Failed(`${issuer} has no metadata: ${reasons.join('; ')}`);
}

/** Notes the reason if there is no document. A server that has a page for every path answers 200 with HTML. */
async function readDocument(
  place: string,
  get: ServerUnderTest['get'],
  reasons: string[],
): Promise<Document | undefined> {
  try {
    const { status, text } = await get(place);
    const document = status === 200 ? parseObject(text) : undefined;
    if (!document)
      reasons.push(`${place} answered ${status}${status === 200 ? ' without a JSON object' : ''}`);
    return document;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    reasons.push(error.message);
    return undefined;
  }
}

/** The members of RFC 8414 section 2 that are places of the server itself, and not pages for people. */
const isEndpoint = ([name]: [string, unknown]) => name.endsWith('_endpoint') || name === 'jwks_uri';

/** Checks of the authorization servers that the metadata names. If they fail, no client gets a token. */
export const authorizationServerChecks: readonly Check[] = [
  {
    id: 'authorization-server-metadata',
    title: 'Every authorization server has metadata, and is the issuer in it',
    source: 'MCP authorization, Authorization Server Metadata Discovery; RFC 8414 section 3.3',
    level: 'MUST',
    async run(server) {
      for (const { issuer, document } of await readIssuers(server))
        require(document.issuer === issuer, `issuer is ${JSON.stringify(document.issuer)}, not ${issuer}`);
    },
  },
  {
    id: 'authorization-server-pkce',
    title:
      'Every authorization server says that it takes PKCE with S256, without which clients must not go on',
    source: 'MCP authorization, Authorization Code Protection',
    level: 'MUST',
    revisions: ['2025-11-25', '2026-07-28'],
    async run(server) {
      for (const { document } of await readIssuers(server)) {
        const { code_challenge_methods_supported: methods } = document;
        const takesS256 = Array.isArray(methods) && methods.includes('S256');
        require(takesS256, `code_challenge_methods_supported is ${JSON.stringify(methods)}`);
      }
    },
  },
  {
    id: 'authorization-server-https',
    title: 'Every endpoint of the authorization server has HTTPS',
    source: 'MCP authorization, Communication Security',
    level: 'MUST',
    async run(server) {
      const documents = (await readIssuers(server)).map(({ document }) => document);
      for (const [name, value] of documents.flatMap(Object.entries<unknown>).filter(isEndpoint))
        require(isSecureUrl(value), `${name} is ${JSON.stringify(value)}`);
    },
  },
];
