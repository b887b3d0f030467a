import { type Check, require, type ServerUnderTest, Skipped, type Tokens } from '../check.ts';

function need(tokens: Tokens, name: keyof Tokens): string {
  const token = tokens[name];
  if (token === undefined) throw new Skipped(`needs the token ${name}`);
  return token;
}

async function requireInvalid(server: ServerUnderTest, token: string): Promise<void> {
  const { status } = await server.send({ token });
  require(status === 401, `answered ${status}`);
}

/** A token whose header says that it needs no signature. */
function toUnsigned(token: string): string {
  const [, payload = ''] = token.split('.');
  return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
}

/** Requests with a token. */
export const tokenChecks: readonly Check[] = [
  {
    id: 'good-token',
    title: 'A token for this server is let in',
    source: 'RFC 6750 section 2.1',
    level: 'MUST',
    async run({ send, tokens }) {
      const { status } = await send({ token: need(tokens, 'good') });
      require(status !== 401 && status !== 403 && status < 500, `answered ${status}`);
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
    run: (server) => requireInvalid(server, 'invalid'),
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
    source: 'RFC 9728 section 5.1; MCP authorization, Scope Challenge Handling',
    level: 'SHOULD',
    async run({ send }) {
      const { challenge } = await send({ token: 'invalid' });
      require(challenge?.has('resource_metadata') === true, 'it does not');
    },
  },
  {
    id: 'expired-401',
    title: 'An expired token is answered 401',
    source: 'MCP authorization, Token Handling; RFC 9068 section 4',
    level: 'MUST',
    run: (server) => requireInvalid(server, need(server.tokens, 'expired')),
  },
  {
    id: 'audience',
    title: 'A token for another resource is answered 401',
    source: 'MCP authorization, Token Handling; RFC 8707 section 2; RFC 9068 section 4',
    level: 'MUST',
    run: (server) => requireInvalid(server, need(server.tokens, 'otherAudience')),
  },
  {
    id: 'issuer',
    title: 'A token of another issuer is answered 401',
    source: 'RFC 9068 section 4; RFC 9700 section 2.3',
    level: 'MUST',
    run: (server) => requireInvalid(server, need(server.tokens, 'otherIssuer')),
  },
  {
    id: 'signature',
    title: 'A token signed by another key is answered 401',
    source: 'RFC 9068 section 4',
    level: 'MUST',
    run: (server) => requireInvalid(server, need(server.tokens, 'otherKey')),
  },
  {
    id: 'unsigned',
    title: 'A token without a signature is answered 401',
    source: 'RFC 9068 section 4; RFC 8725 section 3.2',
    level: 'MUST',
    async run(server) {
      const token = need(server.tokens, 'good');
      if (token.split('.').length !== 3) throw new Skipped('needs a token that is a JWT');
      await requireInvalid(server, toUnsigned(token));
    },
  },
  {
    id: 'token-in-query',
    title: 'A token in the query lets nobody in',
    source: 'MCP authorization, Token Requirements; RFC 6750 section 2.3',
    level: 'MUST',
    async run({ send, tokens }) {
      const { status } = await send({ query: `access_token=${need(tokens, 'good')}` });
      require(status >= 400 && status < 500, `answered ${status}`);
    },
  },
  {
    id: 'token-not-echoed',
    title: 'No answer to a refused token repeats it',
    source: 'MCP authorization, Token Theft; RFC 6750 section 5.2',
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
    level: 'SHOULD',
    async run(server) {
      const { status } = await sendScoped(server);
      require(status === 403, `answered ${status}`);
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
      require(challenge?.get('error')?.[0] ===
        'insufficient_scope', `${status}, error ${challenge?.get('error')}`);
      require(challenge?.has('scope') === true, 'it names no scope');
      require(challenge?.has('resource_metadata') === true, 'it names no metadata');
    },
  },
];

function sendScoped({ send, tokens, scopedCall }: ServerUnderTest) {
  if (scopedCall === undefined) throw new Skipped('needs a call that demands a scope');
  return send({ token: need(tokens, 'lessScope'), body: scopedCall });
}
