import { isWellFormed } from '../challenge.ts';
import { type Answer, type Check, require, type ServerUnderTest, Skipped } from '../check.ts';
import { parseObject } from '../server.ts';
import { isOnThisMachine } from '../url.ts';

/** The characters that RFC 6750 section 3 allows in an error and its description. */
const describing = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

/** The characters that RFC 6750 section 3 allows in `scope` and `error_uri`; single spaces divide scopes. */
const scopeList = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const uri = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const characters = {
  scope: scopeList,
  error: describing,
  error_description: describing,
  error_uri: uri,
};

function requireChallenge({ status, challenge }: Answer): ReadonlyMap<string, readonly string[]> {
  require(challenge !== undefined, `${status} has no Bearer challenge`);
  return challenge ?? new Map();
}

/** What the server answers when it refuses: without a token, with an invalid one, and with too few scopes. */
async function refusals({ send, tokens, scopedCall }: ServerUnderTest): Promise<readonly Answer[]> {
  const answers = [await send({}), await send({ token: 'invalid' })];
  if (tokens.lessScope !== undefined && scopedCall !== undefined)
    answers.push(await send({ token: tokens.lessScope, body: scopedCall }));
  return answers;
}

function requireNoError(answer: Answer): void {
  const challenge = requireChallenge(answer);
  for (const name of ['error', 'error_description', 'error_uri'])
    require(!challenge.has(name), `${name} is ${challenge.get(name)?.[0]}`);
}

/** Requests without a token, and what every refusal has. */
export const challengeChecks: readonly Check[] = [
  {
    id: 'https',
    title: 'The server is asked over HTTPS',
    source: 'MCP authorization, Communication Security; RFC 6750 section 5.2',
    level: 'MUST',
    async run({ url }) {
      if (isOnThisMachine(url)) throw new Skipped('needs a server that is not on this machine');
      require(url.protocol === 'https:', `it is asked over ${url.protocol}`);
    },
  },
  {
    id: 'no-token-401',
    title: 'A request without a token is answered 401',
    source: 'MCP authorization, Error Handling; RFC 6750 section 3',
    level: 'MUST',
    async run({ send }) {
      const { status } = await send({});
      require(status === 401, `answered ${status}`);
    },
  },
  {
    id: 'no-token-challenge',
    title: 'The 401 has a Bearer challenge with at least one parameter',
    source: 'RFC 6750 section 3; RFC 9110 section 15.5.2',
    level: 'MUST',
    async run({ send }) {
      require(requireChallenge(await send({})).size > 0, 'the challenge has no parameter');
    },
  },
  {
    id: 'challenge-syntax',
    title: 'The header WWW-Authenticate follows its grammar',
    source: 'RFC 9110 sections 11.2 and 11.6.1; RFC 6750 section 3',
    level: 'MUST',
    async run(server) {
      for (const { status, headers } of await refusals(server)) {
        const value = headers.get('www-authenticate');
        require(value === null || isWellFormed(value), `${status} has ${value}`);
      }
    },
  },
  {
    id: 'challenge-resource-metadata',
    title: 'The challenge names the metadata',
    source: 'MCP authorization 2025-06-18, Authorization Server Location; RFC 9728 section 5.1',
    level: 'MUST',
    revisions: ['2025-06-18'],
    async run({ send, url }) {
      const named = requireChallenge(await send({})).get('resource_metadata')?.[0];
      const isUrl = named !== undefined && URL.canParse(named);
      require(isUrl, `resource_metadata is ${named}`);
      require(new URL(named ?? '').host === url.host, `resource_metadata is of another host: ${named}`);
    },
  },
  {
    id: 'challenge-scope',
    title: 'The challenge says which scopes to ask for',
    source: 'MCP authorization, Scope Selection Strategy',
    level: 'SHOULD',
    revisions: ['2025-11-25', '2026-07-28'],
    async run({ send }) {
      const scope = requireChallenge(await send({})).get('scope')?.[0];
      require(scope !== undefined && scope !== '', 'the challenge has no scope');
    },
  },
  {
    id: 'challenge-no-offline-access',
    title: 'No challenge asks for offline_access',
    source: 'MCP authorization, Refresh Tokens',
    level: 'SHOULD',
    revisions: ['2026-07-28'],
    async run(server) {
      for (const { status, challenge } of await refusals(server)) {
        const scopes = challenge?.get('scope')?.[0]?.split(' ') ?? [];
        require(!scopes.includes('offline_access'), `${status} does`);
      }
    },
  },
  {
    id: 'no-token-no-error',
    title: 'The challenge to a request without a token has no error code and no other error information',
    source: 'RFC 6750 section 3.1',
    level: 'SHOULD',
    async run({ send }) {
      requireNoError(await send({}));
    },
  },
  {
    id: 'other-scheme-no-error',
    title: 'The challenge to another scheme than Bearer has no error code and no other error information',
    source: 'RFC 6750 section 3.1',
    level: 'SHOULD',
    async run({ send }) {
      requireNoError(await send({ authorization: 'Basic dXNlcjpwYXNzd29yZA==' }));
    },
  },
  {
    id: 'challenge-once',
    title: 'No parameter of a challenge stands twice',
    source: 'RFC 6750 section 3; RFC 9110 section 11.2',
    level: 'MUST',
    async run(server) {
      for (const { status, challenge } of await refusals(server)) {
        const twice = [...(challenge ?? [])].find(([, values]) => values.length > 1);
        require(twice === undefined, `${status} has ${twice?.[0]} ${twice?.[1].length} times`);
      }
    },
  },
  {
    id: 'challenge-characters',
    title: 'The values of a challenge hold only the characters that are allowed',
    source: 'RFC 6750 section 3; RFC 6749 section 3.3',
    level: 'MUST',
    async run(server) {
      for (const { challenge } of await refusals(server)) {
        for (const [name, allowed] of Object.entries(characters)) {
          const value = challenge?.get(name)?.[0];
          require(value === undefined || allowed.test(value), `${name} is ${JSON.stringify(value)}`);
        }
      }
    },
  },
  {
    id: 'every-request',
    title: 'Every request needs a token, also those after an initialization that had one',
    source: 'MCP authorization, Token Requirements',
    level: 'MUST',
    async run({ send, tokens }) {
      if (tokens.good !== undefined) await send({ token: tokens.good });
      for (const method of ['tools/list', 'ping', 'tools/call']) {
        const { status } = await send({ body: { jsonrpc: '2.0', id: 1, method, params: { name: 'any' } } });
        require(status === 401, `${method} was answered ${status}`);
      }
    },
  },
  {
    id: 'every-method',
    title: 'GET and DELETE let nobody in without a token',
    source: 'MCP authorization, Token Requirements',
    level: 'MUST',
    async run({ send }) {
      for (const method of ['GET', 'DELETE'] as const) {
        const { status } = await send({ method });
        require(status >= 400 && status < 500, `${method} was answered ${status}`);
      }
    },
  },
  {
    id: 'session-is-no-token',
    title: 'A session takes the place of no token',
    source: 'MCP security best practices, Session Hijacking; MCP authorization, Token Requirements',
    level: 'MUST',
    // 2026-07-28 has no sessions.
    revisions: ['2025-06-18', '2025-11-25'],
    async run({ send, tokens }) {
      if (tokens.good === undefined) throw new Skipped('needs the token good');
      const session = (await send({ token: tokens.good })).headers.get('mcp-session-id') ?? undefined;
      if (session === undefined) throw new Skipped('needs a server that begins sessions');
      const { status } = await send({ session, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } });
      require(status === 401, `answered ${status}`);
    },
  },
  {
    id: 'refused-no-data',
    title: 'No refusal has a result',
    source: 'MCP authorization, Access Token Privilege Restriction',
    level: 'MUST',
    async run(server) {
      for (const { status, text } of await refusals(server))
        require(parseObject(text)?.result === undefined, `${status} has one`);
    },
  },
];
