import { accessTokens, createCertificate, now, signToken } from '../support/casdoor.ts';
import { createTestServer, legacy } from '../support/mcp-server.ts';
import { createTestKeySet, createTestVerifier } from '../support/test-verifier.ts';

/** Sends a token that was just issued for an hour to a server whose clock is this many seconds ahead. */
async function send(ahead: number): Promise<[number, string | undefined]> {
  const certificate = await createCertificate();
  const claims = { ...accessTokens['JWT-Standard'], iat: now, nbf: now, exp: now + 3_600 };
  const token = await signToken(certificate, claims);
  const verify = createTestVerifier({
    keySet: createTestKeySet(certificate),
    now: () => (now + ahead) * 1000,
  });
  const server = await createTestServer({ verify });
  const { status, headers } = await server.send({ token, body: legacy('tools/list') });
  return [status, /error="(\w+)"/.exec(headers.get('www-authenticate') ?? '')?.[1]];
}

describe('a fresh token of an hour, when the clock of the server', () => {
  it.each([
    ['is half a minute slow', -30],
    ['is half a minute fast', 30],
    ['is five minutes fast', 300],
  ])('%s, is taken', async (_, ahead) => {
    expect(await send(ahead)).toEqual([200, undefined]);
  });

  it.each([
    ['is five minutes slow', -300],
    ['is an hour slow', -3_600],
    ['is an hour and two minutes fast', 3_720],
  ])('%s, is refused with a challenge', async (_, ahead) => {
    expect(await send(ahead)).toEqual([401, 'invalid_token']);
  });
});
