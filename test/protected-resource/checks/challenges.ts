import { type Answer, type Check, require } from '../check.ts';

/** The characters that RFC 6750 section 3 allows in a value. */
const valueCharacters = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

function requireChallenge({ status, challenge }: Answer): ReadonlyMap<string, readonly string[]> {
  require(challenge !== undefined, `${status} has no Bearer challenge`);
  return challenge ?? new Map();
}

/** Requests without a token. */
export const challengeChecks: readonly Check[] = [
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
    title: 'The challenge does not ask for offline_access',
    source: 'MCP authorization, Refresh Tokens',
    level: 'SHOULD',
    revisions: ['2026-07-28'],
    async run({ send }) {
      const scopes =
        requireChallenge(await send({}))
          .get('scope')?.[0]
          ?.split(' ') ?? [];
      require(!scopes.includes('offline_access'), 'it does');
    },
  },
  {
    id: 'no-token-no-error',
    title: 'The challenge to a request without a token has no error code',
    source: 'RFC 6750 section 3.1',
    level: 'SHOULD',
    async run({ send }) {
      const error = requireChallenge(await send({})).get('error')?.[0];
      require(error === undefined, `error is ${error}`);
    },
  },
  {
    id: 'challenge-once',
    title: 'No parameter of a challenge stands twice',
    source: 'RFC 6750 section 3; RFC 9110 section 11.2',
    level: 'MUST',
    async run({ send }) {
      for (const answer of [await send({}), await send({ token: 'invalid' })]) {
        const twice = [...requireChallenge(answer)].find(([, values]) => values.length > 1);
        require(twice === undefined, `${twice?.[0]} stands ${twice?.[1].length} times`);
      }
    },
  },
  {
    id: 'challenge-characters',
    title: 'The values of a challenge hold only the characters that are allowed',
    source: 'RFC 6750 section 3',
    level: 'MUST',
    async run({ send }) {
      const challenge = requireChallenge(await send({ token: 'invalid' }));
      for (const name of ['scope', 'error', 'error_description', 'error_uri']) {
        const value = challenge.get(name)?.[0] ?? '';
        require(valueCharacters.test(value), `${name} is ${JSON.stringify(value)}`);
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
];
