import { type Answer, type Check, require, type ServerUnderTest, Skipped, type Tokens } from '../check.ts';
import { decodeJwt, type Jwt, toUnsigned } from '../jwt.ts';

function need(tokens: Tokens, name: keyof Tokens): string {
  const token = tokens[name];
  if (token === undefined) throw new Skipped(`needs the token ${name}`);
  return token;
}

/** The good token in parts. Throws `Skipped` if it is opaque. */
function needJwt(tokens: Tokens): Jwt {
  const jwt = decodeJwt(need(tokens, 'good'));
  if (jwt === undefined) throw new Skipped('needs a token that is a JWT');
  return jwt;
}

/** As `needJwt`, for requirements that hold for tokens of RFC 9068 alone. */
function needRfc9068({ tokens }: ServerUnderTest): Jwt {
  const jwt = needJwt(tokens);
  const isOfProfile = /^(application\/)?at\+jwt$/i.test(String(jwt.header.typ));
  if (!isOfProfile) throw new Skipped(`needs a token of RFC 9068, and the type of good is ${jwt.header.typ}`);
  return jwt;
}

async function requireInvalid(server: ServerUnderTest, token: string): Promise<void> {
  const { status } = await server.send({ token });
  require(status === 401, `answered ${status}`);
}

async function requireLetIn(server: ServerUnderTest, token: string): Promise<void> {
  const { status } = await server.send({ token });
  require(status !== 401 && status !== 403 && status < 500, `answered ${status}`);
}

/** The signed token with another lifetime, which whoever holds a token would like to have. */
function toChanged(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const changed = JSON.stringify({ ...claims, exp: Number(claims.exp ?? 0) + 1 });
  return `${header}.${Buffer.from(changed).toString('base64url')}.${signature}`;
}

function sendScoped({ send, tokens, scopedCall }: ServerUnderTest) {
  if (scopedCall === undefined) throw new Skipped('needs a call that demands a scope');
  return send({ token: need(tokens, 'lessScope'), body: scopedCall });
}

const splitScope = (scope: unknown) => (typeof scope === 'string' ? scope.split(' ') : []);

/** The scopes that a challenge asks for, in alphabetical order. */
const readScopes = ({ challenge }: Answer) => splitScope(challenge?.get('scope')?.[0]).toSorted();

/** Requests with a token. */
export const tokenChecks: readonly Check[] = [
  {
    id: 'good-token',
    title: 'A token for this server is let in',
    source: 'RFC 6750 section 2.1',
    level: 'MUST',
    async run(server) {
      await requireLetIn(server, need(server.tokens, 'good'));
    },
  },
  {
    id: 'scheme-case',
    title: 'The scheme is taken in any case',
    source: 'RFC 9110 section 11.1',
    level: 'MUST',
    async run({ send, tokens }) {
      const { status } = await send({ token: need(tokens, 'good'), scheme: 'bearer' });
      require(status !== 401, `bearer was answered ${status}`);
    },
  },
  {
    id: 'invalid-token-401',
    title: 'A token that is none is answered 401',
    source: 'MCP authorization, Token Handling; RFC 6750 section 3.1',
    level: 'MUST',
    async run(server) {
      await requireInvalid(server, 'invalid');
    },
  },
  {
    id: 'invalid-token-challenge',
    title: 'The answer to an invalid token has a Bearer challenge with at least one parameter',
    source: 'RFC 6750 section 3',
    level: 'MUST',
    async run({ send }) {
      const { challenge } = await send({ token: 'invalid' });
      require((challenge?.size ?? 0) > 0, challenge ? 'the challenge has no parameter' : 'it has none');
    },
  },
  {
    id: 'invalid-token-error',
    title: 'The challenge to an invalid token says invalid_token',
    source: 'RFC 6750 section 3.1',
    level: 'SHOULD',
    async run({ send }) {
      const { challenge } = await send({ token: 'invalid' });
      require(challenge?.get('error')?.[0] === 'invalid_token', `error is ${challenge?.get('error')?.[0]}`);
    },
  },
  {
    id: 'invalid-token-resource-metadata',
    title: 'The challenge to an invalid token names the metadata too',
    source: 'MCP authorization 2025-06-18, Authorization Server Location; RFC 9728 section 5.1',
    level: 'MUST',
    revisions: ['2025-06-18'],
    async run({ send }) {
      const { challenge } = await send({ token: 'invalid' });
      require(challenge?.has('resource_metadata') === true, 'it does not');
    },
  },
  {
    id: 'malformed-400',
    title: 'A header that holds two tokens is answered 400',
    source: 'RFC 6750 section 3.1; MCP authorization, Error Handling',
    level: 'SHOULD',
    async run({ send }) {
      const { status } = await send({ authorization: 'Bearer one two' });
      require(status === 400, `answered ${status}`);
    },
  },
  {
    id: 'expired-401',
    title: 'An expired token is answered 401',
    source: 'MCP authorization, Token Handling; RFC 9068 section 4',
    level: 'MUST',
    async run(server) {
      await requireInvalid(server, need(server.tokens, 'expired'));
    },
  },
  {
    id: 'no-expiry',
    title: 'A token without an expiry is answered 401',
    source: 'RFC 9068 sections 2.2 and 4',
    level: 'MUST',
    async run(server) {
      needRfc9068(server);
      await requireInvalid(server, need(server.tokens, 'noExpiry'));
    },
  },
  {
    id: 'not-yet-valid',
    title: 'A token that is not valid yet is answered 401',
    source: 'RFC 7519 section 4.1.5; MCP authorization, Token Handling',
    level: 'MUST',
    async run(server) {
      await requireInvalid(server, need(server.tokens, 'notYet'));
    },
  },
  {
    id: 'audience',
    title: 'A token for another resource is answered 401',
    source: 'MCP authorization, Token Handling; RFC 8707 section 2; RFC 9068 section 4',
    level: 'MUST',
    async run(server) {
      await requireInvalid(server, need(server.tokens, 'otherAudience'));
    },
  },
  {
    id: 'no-audience',
    title: 'A token for no resource is answered 401',
    source: 'MCP authorization, Access Token Privilege Restriction; RFC 9068 section 4',
    level: 'MUST',
    async run(server) {
      await requireInvalid(server, need(server.tokens, 'noAudience'));
    },
  },
  {
    id: 'audience-case',
    title: 'A token whose audience has scheme and host in capitals is let in',
    source: 'MCP authorization, Canonical Server URI',
    level: 'SHOULD',
    async run(server) {
      await requireLetIn(server, need(server.tokens, 'upperAudience'));
    },
  },
  {
    id: 'issuer',
    title: 'A token of another issuer is answered 401',
    source: 'MCP authorization, Token Handling; RFC 9068 section 4',
    level: 'MUST',
    async run(server) {
      await requireInvalid(server, need(server.tokens, 'otherIssuer'));
    },
  },
  {
    id: 'signature',
    title: 'A token signed by another key is answered 401',
    source: 'MCP authorization, Token Handling; RFC 9068 section 4',
    level: 'MUST',
    async run(server) {
      await requireInvalid(server, need(server.tokens, 'otherKey'));
    },
  },
  {
    id: 'changed-claims',
    title: 'A token whose claims were changed is answered 401',
    source: 'MCP authorization, Token Handling; RFC 9068 section 4',
    level: 'MUST',
    async run(server) {
      needJwt(server.tokens);
      await requireInvalid(server, toChanged(need(server.tokens, 'good')));
    },
  },
  {
    id: 'unsigned',
    title: 'A token without a signature is answered 401',
    source: 'RFC 9068 sections 2.1 and 4; RFC 8725 section 3.2',
    level: 'MUST',
    async run(server) {
      await requireInvalid(server, toUnsigned(needJwt(server.tokens)));
    },
  },
  {
    id: 'token-type',
    title: 'A token of RFC 9068 with another type than at+jwt is answered 401',
    source: 'RFC 9068 section 4',
    level: 'MUST',
    async run(server) {
      needRfc9068(server);
      await requireInvalid(server, need(server.tokens, 'otherType'));
    },
  },
  {
    id: 'token-type-whole',
    title: 'A token of RFC 9068 with the whole type application/at+jwt is let in',
    source: 'RFC 9068 sections 2.1 and 4',
    level: 'MUST',
    async run(server) {
      needRfc9068(server);
      await requireLetIn(server, need(server.tokens, 'fullType'));
    },
  },
  {
    id: 'rs256',
    title: 'A token of RFC 9068 that is signed with RS256 is let in',
    source: 'RFC 9068 section 2.1',
    level: 'MUST',
    async run(server) {
      const { alg } = needRfc9068(server).header;
      if (alg !== 'RS256') throw new Skipped(`needs a token with RS256, and good has ${alg}`);
      await requireLetIn(server, need(server.tokens, 'good'));
    },
  },
  {
    id: 'invalid-token-error-rfc9068',
    title: 'The challenge to a token that RFC 9068 has refused says invalid_token',
    source: 'RFC 9068 section 4',
    level: 'MUST',
    async run(server) {
      const forged = {
        unsigned: toUnsigned(needRfc9068(server)),
        changed: toChanged(need(server.tokens, 'good')),
      };
      const { expired, otherAudience, otherIssuer, otherKey } = server.tokens;
      for (const [name, token] of Object.entries({
        ...forged,
        expired,
        otherAudience,
        otherIssuer,
        otherKey,
      })) {
        if (token === undefined) continue;
        const error = (await server.send({ token })).challenge?.get('error')?.[0];
        require(error === 'invalid_token', `error is ${error} for the token ${name}`);
      }
    },
  },
  {
    id: 'token-in-query',
    title: 'A token in the query lets nobody in',
    source: 'MCP authorization, Token Requirements; OAuth 2.1 section 5.1',
    level: 'MUST',
    async run({ send, tokens }) {
      const { status } = await send({ query: `access_token=${need(tokens, 'good')}` });
      require(status >= 400 && status < 500, `answered ${status}`);
    },
  },
  {
    id: 'token-not-echoed',
    title: 'No answer to a refused token repeats it',
    source: 'MCP authorization, Token Theft; RFC 9700 section 4.9.3',
    level: 'SHOULD',
    async run({ send }) {
      const canary = `canary-${'0123456789abcdef'.repeat(2)}`;
      const { text, headers } = await send({ token: canary });
      require(!text.includes(canary), 'the body does');
      require(!JSON.stringify([...headers]).includes(canary), 'a header does');
    },
  },
  {
    id: 'other-scheme',
    title: 'Another scheme than Bearer lets nobody in',
    source: 'RFC 6750 section 2.1',
    level: 'MUST',
    async run({ send, tokens }) {
      const { status } = await send({ token: need(tokens, 'good'), scheme: 'Basic' });
      require(status === 400 || status === 401, `answered ${status}`);
    },
  },
  {
    id: 'scope-403',
    title: 'A token without the scope that is needed is answered 403',
    source: 'MCP authorization, Error Handling; RFC 6750 section 3.1',
    level: 'MUST',
    async run(server) {
      const { status } = await sendScoped(server);
      require(status === 403, `answered ${status}`);
    },
  },
  {
    id: 'scope-bearer',
    title: 'The answer to too few scopes has a Bearer challenge with at least one parameter',
    source: 'RFC 6750 section 3',
    level: 'MUST',
    async run(server) {
      const { challenge } = await sendScoped(server);
      require((challenge?.size ?? 0) > 0, challenge ? 'the challenge has no parameter' : 'it has none');
    },
  },
  {
    id: 'scope-challenge',
    title: 'The 403 says insufficient_scope, the scopes that are needed, and where the metadata is',
    source: 'MCP authorization, Runtime Insufficient Scope Errors',
    level: 'SHOULD',
    revisions: ['2025-11-25', '2026-07-28'],
    async run(server) {
      const { challenge, status } = await sendScoped(server);
      const error = challenge?.get('error')?.[0];
      require(error === 'insufficient_scope', `${status}, error ${error}`);
      require(challenge?.has('scope') === true, 'it names no scope');
      require(challenge?.has('resource_metadata') === true, 'it names no metadata');
    },
  },
  {
    id: 'scope-same',
    title: 'The same request is asked for the same scopes',
    source: 'MCP authorization, Runtime Insufficient Scope Errors',
    level: 'SHOULD',
    revisions: ['2025-11-25', '2026-07-28'],
    async run(server) {
      const [first, second] = [readScopes(await sendScoped(server)), readScopes(await sendScoped(server))];
      require(first.join() === second.join(), `first ${first.join(' ')}, then ${second.join(' ')}`);
    },
  },
  {
    id: 'scope-suffices',
    title: 'The scopes that one challenge asks for suffice for the request',
    source: 'MCP authorization, Runtime Insufficient Scope Errors',
    level: 'SHOULD',
    revisions: ['2026-07-28'],
    async run(server) {
      const asked = readScopes(await sendScoped(server));
      const { mint, send, scopedCall = {}, tokens } = server;
      if (mint === undefined) throw new Skipped('needs the key of the issuer');
      const held = splitScope(decodeJwt(need(tokens, 'lessScope'))?.claims.scope);
      const scope = [...new Set([...held, ...asked])].join(' ');
      const { status } = await send({ token: mint(scope), body: scopedCall });
      require(status !== 401 && status !== 403, `with ${scope} it was answered ${status}`);
    },
  },
  {
    id: 'scope-hierarchy',
    title: 'A broader scope that implies the one that is needed suffices',
    source: 'MCP authorization, Step-Up Authorization Flow',
    level: 'MUST',
    revisions: ['2026-07-28'],
    async run({ send, scopedCall, tokens }) {
      if (scopedCall === undefined) throw new Skipped('needs a call that demands a scope');
      const { status } = await send({ token: need(tokens, 'broadScope'), body: scopedCall });
      require(status !== 401 && status !== 403, `answered ${status}`);
    },
  },
];
