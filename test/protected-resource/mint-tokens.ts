import { accessTokens, type Certificate, createCertificate, signToken } from '../support/casdoor.ts';
import type { Tokens } from './check.ts';

/** Makes one token for each check. Each is like the good one except for what its name says. */
export async function mintTokens(
  certificate: Certificate,
  { issuer, resource, typ = 'JWT' }: { issuer: string; resource: string; typ?: string },
): Promise<Tokens> {
  const foreign = await createCertificate();
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...accessTokens['JWT-Standard'],
    client_id: 'client',
    iss: issuer,
    aud: [resource],
    scope: 'files:list files:read',
    exp: now + 600,
    nbf: now - 600,
    iat: now - 600,
  };
  const header = { kid: certificate.name, typ };
  const sign = (changed: object, by = certificate) => signToken(by, { ...claims, ...changed }, header);
  return {
    good: await sign({}),
    expired: await sign({ exp: now - 300 }),
    otherAudience: await sign({ aud: ['https://other.example.com/mcp'] }),
    otherIssuer: await sign({ iss: 'https://evil.example.com' }),
    otherKey: await sign({}, foreign),
    lessScope: await sign({ scope: 'files:list' }),
  };
}
