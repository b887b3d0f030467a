import { type Check, require, type ServerUnderTest, Skipped } from '../check.ts';
import { decodeJwt } from '../jwt.ts';
import { toWellKnown } from '../server.ts';
import { isSecureUrl } from '../url.ts';

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isFlag = (value: unknown) => typeof value === 'boolean';
const isUrl = (value: unknown) => isText(value) && URL.canParse(value);

/** The members that RFC 9728 section 2 defines, with their types. */
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  resource: isText,
  authorization_servers: isTexts,
  jwks_uri: isUrl,
  scopes_supported: isTexts,
  bearer_methods_supported: isTexts,
  resource_signing_alg_values_supported: isTexts,
  resource_name: isText,
  resource_documentation: isUrl,
  resource_policy_uri: isUrl,
  resource_tos_uri: isUrl,
  tls_client_certificate_bound_access_tokens: isFlag,
  authorization_details_types_supported: isTexts,
  dpop_signing_alg_values_supported: isTexts,
  dpop_bound_access_tokens_required: isFlag,
  signed_metadata: isText,
};

/** `scope-token` of RFC 6749 section 3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Members for people, which may stand once for each language (RFC 9728 section 2.1). */
const spoken = /^(resource_name|resource_documentation|resource_policy_uri|resource_tos_uri)#/;

async function readMember({ readMetadata }: ServerUnderTest, name: string): Promise<unknown> {
  return (await readMetadata()).document[name];
}

/** The value of a member that metadata may leave out. Throws `Skipped` if it does. */
async function needMember(server: ServerUnderTest, name: string): Promise<unknown> {
  const value = await readMember(server, name);
  if (value === undefined) throw new Skipped(`needs metadata with ${name}`);
  return value;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

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
    source: 'RFC 9728 sections 3 and 3.1',
    level: 'MUST',
    // Later revisions leave the choice between the challenge and two well-known places.
    revisions: ['2025-06-18'],
    async run({ url, get }) {
      const { status } = await get(toWellKnown(url));
      require(status === 200, `${toWellKnown(url)} answered ${status}`);
    },
  },
  {
    id: 'metadata-without-token',
    title: 'Metadata is served without a token, as application/json with status 200',
    source: 'RFC 9728 section 3.2',
    level: 'MUST',
    async run({ readMetadata, get }) {
      const { status, headers } = await get((await readMetadata()).url);
      const type = headers.get('content-type') ?? 'no content type';
      require(status === 200 && /^application\/json\b/i.test(type), `answered ${status} with ${type}`);
    },
  },
  {
    id: 'metadata-types',
    title: 'Every member of the metadata has the type that it is defined with',
    source: 'RFC 9728 sections 2 and 3.2',
    level: 'MUST',
    async run({ readMetadata }) {
      for (const [name, value] of Object.entries((await readMetadata()).document))
        require(types[name]?.(value) !== false, `${name} is ${JSON.stringify(value)}`);
    },
  },
  {
    id: 'metadata-resource',
    title: 'Metadata names the resource as a URL without a fragment',
    source: 'RFC 9728 sections 1.2 and 2; RFC 8707 section 2',
    level: 'MUST',
    async run(server) {
      const resource = await readMember(server, 'resource');
      const holds = isSecureUrl(resource) && !resource.includes('#');
      require(holds, `resource is ${JSON.stringify(resource)}`);
    },
  },
  {
    id: 'metadata-resource-no-query',
    title: 'The resource has no query',
    source: 'RFC 9728 section 1.2; RFC 8707 section 2',
    level: 'SHOULD',
    async run(server) {
      const resource = await readMember(server, 'resource');
      require(!String(resource).includes('?'), `resource is ${JSON.stringify(resource)}`);
    },
  },
  {
    id: 'metadata-resource-no-slash',
    title: 'The resource has no slash at its end, unless it belongs to the path',
    source: 'MCP authorization, Canonical Server URI',
    level: 'SHOULD',
    async run(server) {
      const resource = await readMember(server, 'resource');
      const { pathname } = server.url;
      const isPartOfPath = pathname !== '/' && pathname.endsWith('/');
      require(isPartOfPath || !String(resource).endsWith('/'), `resource is ${JSON.stringify(resource)}`);
    },
  },
  {
    id: 'metadata-resource-matches',
    title: 'The resource of the metadata is the URL that was asked, so that clients may use it',
    source: 'RFC 9728 section 3.3',
    level: 'MUST',
    async run(server) {
      const { href, origin } = server.url;
      const resource = await readMember(server, 'resource');
      // Nobody can ask a URL without a path.
      const wanted = href === `${origin}/` ? [href, origin] : [href];
      require(wanted.includes(String(resource)), `resource is ${JSON.stringify(resource)}, not ${href}`);
    },
  },
  {
    id: 'metadata-authorization-servers',
    title: 'Metadata names at least one authorization server',
    source: 'MCP authorization, Authorization Server Location',
    level: 'MUST',
    async run(server) {
      const servers = await readMember(server, 'authorization_servers');
      require(list(servers).length > 0, `authorization_servers is ${JSON.stringify(servers)}`);
    },
  },
  {
    id: 'metadata-issuers',
    title:
      'Each authorization server is named by its issuer, a URL with HTTPS and without query and fragment',
    source: 'RFC 9728 section 2; RFC 8414 section 2',
    level: 'MUST',
    async run(server) {
      const servers = list(await readMember(server, 'authorization_servers'));
      const wrong = servers.find((issuer) => !isSecureUrl(issuer) || /[?#]/.test(issuer));
      require(wrong === undefined, `authorization_servers has ${JSON.stringify(wrong)}`);
    },
  },
  {
    id: 'metadata-no-empty-members',
    title: 'Metadata leaves out what has no values',
    source: 'RFC 9728 section 3.2',
    level: 'MUST',
    async run({ readMetadata }) {
      const empty = Object.entries((await readMetadata()).document).filter(
        // Section 2 gives a meaning to the empty list of methods.
        ([name, value]) => name !== 'bearer_methods_supported' && Array.isArray(value) && value.length === 0,
      );
      require(empty.length === 0, `${empty.map(([name]) => name).join()} has no values`);
    },
  },
  {
    id: 'metadata-bearer-methods',
    title: 'Metadata offers no token in a query',
    source: 'MCP authorization, Token Requirements; RFC 9728 section 2',
    level: 'MUST',
    async run(server) {
      const methods = await readMember(server, 'bearer_methods_supported');
      require(!list(methods).includes('query'), `bearer_methods_supported is ${JSON.stringify(methods)}`);
    },
  },
  {
    id: 'metadata-bearer-header',
    title: 'Metadata that lists how to send a token lists the header',
    source: 'MCP authorization, Token Requirements; RFC 6750 section 2.1',
    level: 'MUST',
    async run(server) {
      const methods = await needMember(server, 'bearer_methods_supported');
      require(list(methods).includes('header'), `bearer_methods_supported is ${JSON.stringify(methods)}`);
    },
  },
  {
    id: 'metadata-scopes',
    title: 'Metadata lists scopes',
    source: 'RFC 9728 section 2 (RECOMMENDED)',
    level: 'SHOULD',
    async run(server) {
      const scopes = await readMember(server, 'scopes_supported');
      require(isTexts(scopes) && scopes.length > 0, `scopes_supported is ${JSON.stringify(scopes)}`);
    },
  },
  {
    id: 'metadata-scope-values',
    title: 'Each of the scopes is one scope',
    source: 'RFC 9728 section 2; RFC 6749 section 3.3',
    level: 'MUST',
    async run(server) {
      const scopes = list(await needMember(server, 'scopes_supported'));
      const wrong = scopes.find((scope) => !isText(scope) || !scopeToken.test(scope));
      require(wrong === undefined, `scopes_supported has ${JSON.stringify(wrong)}`);
    },
  },
  {
    id: 'metadata-no-offline-access',
    title: 'Metadata does not list offline_access, which no resource needs',
    source: 'MCP authorization, Refresh Tokens',
    level: 'SHOULD',
    revisions: ['2026-07-28'],
    async run(server) {
      const scopes = list(await readMember(server, 'scopes_supported'));
      require(!scopes.includes('offline_access'), 'scopes_supported lists it');
    },
  },
  {
    id: 'metadata-name',
    title: 'Metadata has a name for people',
    source: 'RFC 9728 section 2 (RECOMMENDED)',
    level: 'SHOULD',
    async run(server) {
      const name = await readMember(server, 'resource_name');
      require(isText(name) && name !== '', `resource_name is ${JSON.stringify(name)}`);
    },
  },
  {
    id: 'metadata-languages',
    title: 'What is written for people in some languages is there without a language too',
    source: 'RFC 9728 section 2.1 (RECOMMENDED)',
    level: 'SHOULD',
    async run({ readMetadata }) {
      const { document } = await readMetadata();
      const tagged = Object.keys(document).flatMap((name) => spoken.exec(name)?.[1] ?? []);
      if (tagged.length === 0) throw new Skipped('needs metadata in a language');
      const missing = tagged.find((name) => document[name] === undefined);
      require(missing === undefined, `there is no ${missing}`);
    },
  },
  {
    id: 'metadata-jwks-uri',
    title: 'The keys of the resource lie at a URL with HTTPS',
    source: 'RFC 9728 section 2',
    level: 'MUST',
    async run(server) {
      const url = await needMember(server, 'jwks_uri');
      require(isSecureUrl(url), `jwks_uri is ${JSON.stringify(url)}`);
    },
  },
  {
    id: 'metadata-signing-algorithms',
    title: 'The algorithms that sign answers do not include none',
    source: 'RFC 9728 section 2',
    level: 'MUST',
    async run(server) {
      const algorithms = list(await needMember(server, 'resource_signing_alg_values_supported'));
      require(!algorithms.includes('none'), 'resource_signing_alg_values_supported lists none');
    },
  },
  {
    id: 'metadata-signed',
    title: 'Signed metadata is a JWT that is signed and names its issuer',
    source: 'RFC 9728 section 2.2',
    level: 'MUST',
    async run(server) {
      const jwt = decodeJwt(String(await needMember(server, 'signed_metadata')));
      require(jwt !== undefined, 'signed_metadata is no JWT');
      require(jwt?.header.alg !== 'none', 'signed_metadata is not signed');
      require(isText(jwt?.claims.iss), 'signed_metadata has no iss');
    },
  },
  {
    id: 'metadata-signed-once',
    title: 'Signed metadata holds no signed metadata',
    source: 'RFC 9728 section 2.2',
    level: 'SHOULD',
    async run(server) {
      const jwt = decodeJwt(String(await needMember(server, 'signed_metadata')));
      require(jwt?.claims.signed_metadata === undefined, 'it does');
    },
  },
];
