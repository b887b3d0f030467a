import { type Check, Failed, require, type ServerUnderTest } from '../check.ts';

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

async function readIssuer({ readMetadata, get }: ServerUnderTest) {
  const { authorization_servers: servers } = (await readMetadata()).document;
  const [issuer] = Array.isArray(servers) ? servers : [];
  if (typeof issuer !== 'string' || !URL.canParse(issuer))
    throw new Failed('no authorization server is named');
  for (const place of new Set(toPlaces(issuer))) {
    const { status, text } = await get(place).catch(() => ({ status: 0, text: '' }));
    if (status === 200) return { issuer, document: JSON.parse(text) as Readonly<Record<string, unknown>> };
  }
  throw new Failed(`${issuer} has no metadata at ${toPlaces(issuer).join(', ')}`);
}

/** Checks of the authorization server that the metadata names. If they fail, no client gets a token. */
export const authorizationServerChecks: readonly Check[] = [
  {
    id: 'authorization-server-metadata',
    title: 'The authorization server has metadata, and is the issuer in it',
    source: 'MCP authorization, Authorization Server Metadata Discovery; RFC 8414 section 3.3',
    level: 'MUST',
    async run(server) {
      const { issuer, document } = await readIssuer(server);
      require(document.issuer === issuer, `issuer is ${JSON.stringify(document.issuer)}, not ${issuer}`);
    },
  },
  {
    id: 'authorization-server-pkce',
    title: 'The authorization server says that it takes PKCE with S256, without which clients must not go on',
    source: 'MCP authorization, Authorization Code Protection',
    level: 'MUST',
    revisions: ['2025-11-25', '2026-07-28'],
    async run(server) {
      const { code_challenge_methods_supported: methods } = (await readIssuer(server)).document;
      const takesS256 = Array.isArray(methods) && methods.includes('S256');
      require(takesS256, `code_challenge_methods_supported is ${JSON.stringify(methods)}`);
    },
  },
];
