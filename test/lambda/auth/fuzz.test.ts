import fc from 'fast-check';
import { createTestServer, legacy, type TestServer } from '../../support/mcp-server.ts';

let server: TestServer;
let genuine: string;

beforeAll(async () => {
  server = await createTestServer();
  genuine = await server.token('files:read');
});

/** What HTTP lets through in a header value: visible characters, spaces, tabs and the upper half of Latin-1. */
const headerValue = fc
  .array(
    fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }), fc.constant(0x09)),
    { maxLength: 300 },
  )
  .map((codes) => String.fromCharCode(...codes));

const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
const anyPart = fc.oneof(
  json,
  fc.base64String().map((text) => text.replace(/[+/=]/g, '')),
  fc.constant(''),
);

/** Headers, claims and signatures of every shape behind the right scheme. */
const anyToken = fc.oneof(
  fc.tuple(anyPart, anyPart, anyPart).map((parts) => parts.join('.')),
  fc.array(anyPart, { maxLength: 7 }).map((parts) => parts.join('.')),
);

/** Claims of any type under the names the rules look at, with the right issuer, behind any header. */
const anyClaims = fc.record(
  Object.fromEntries(
    ['aud', 'azp', 'exp', 'nbf', 'owner', 'scope', 'sub', 'tokenType', 'TokenType'].map((name) => [
      name,
      fc.jsonValue(),
    ]),
  ),
  { requiredKeys: [] },
);
const anyHeader = fc.record(
  { alg: fc.oneof(fc.constant('RS256'), fc.jsonValue()), kid: fc.jsonValue(), crit: fc.jsonValue() },
  { requiredKeys: [] },
);

async function expectRefusal(authorization: string): Promise<void> {
  // Of an example that failed before: what it left would make every smaller one fail, too.
  server.logged.splice(0);
  const response = await server.send({ body: legacy('tools/list'), headers: { authorization } });
  expect([400, 401]).toContain(response.status);
  await response.text();
  expect(server.logged.map(({ event }) => event)).toEqual(['refused', 'request']);
  const logged = JSON.stringify(server.logged);
  const parts = authorization.split(/[\s.]+/).filter((part) => part.length > 12);
  for (const part of parts) expect(logged).not.toContain(part);
}

describe('whatever stands in Authorization', () => {
  it('is answered 401 or 400, and nothing of it is logged', async () => {
    await fc.assert(fc.asyncProperty(headerValue, expectRefusal), { numRuns: 300 });
  });

  it('is answered so behind the right scheme too', async () => {
    await fc.assert(
      fc.asyncProperty(headerValue, (value) => expectRefusal(`Bearer ${value}`)),
      { numRuns: 300 },
    );
  });

  it('is answered so when it looks like a token', async () => {
    await fc.assert(
      fc.asyncProperty(anyToken, (token) => expectRefusal(`Bearer ${token}`)),
      { numRuns: 500 },
    );
  });

  it('is answered so when its claims come close and its signature is not ours', async () => {
    const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const [, , signature = ''] = genuine.split('.');
    await fc.assert(
      fc.asyncProperty(anyHeader, anyClaims, (header, claims) => {
        const near = { iss: 'https://door.example.com', tokenType: 'access-token', ...claims };
        return expectRefusal(
          `Bearer ${encode({ alg: 'RS256', kid: 'cert-mcp', ...header })}.${encode(near)}.${signature}`,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is answered so when one character of a genuine token was changed', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    await fc.assert(
      fc.asyncProperty(fc.nat(genuine.length - 3), fc.constantFrom(...alphabet), async (index, character) => {
        fc.pre(genuine[index] !== '.' && genuine[index] !== character);
        await expectRefusal(`Bearer ${genuine.slice(0, index)}${character}${genuine.slice(index + 1)}`);
      }),
      { numRuns: 300 },
    );
  });
});
