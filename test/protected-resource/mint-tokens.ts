import { KeyObject } from 'node:crypto';
import { accessTokens, type Certificate } from '../support/casdoor.ts';
import { createMint, deriveTokens } from './derive-tokens.ts';
import { signJwt } from './jwt.ts';
import type { Knowledge } from './server.ts';

/** Makes a good token in Casdoor's format, and all others from it. */
export function mintTokens(
  { name: kid, algorithm: alg, privateKey }: Certificate,
  { issuer, resource, typ = 'JWT' }: { issuer: string; resource: string; typ?: string },
): Required<Pick<Knowledge, 'tokens' | 'mint'>> {
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
  const key = KeyObject.from(privateKey);
  const good = signJwt({ header: { alg, kid, typ }, claims }, key);
  const tokens = deriveTokens(good, { key, lessScope: 'files:list', broadScope: 'files' });
  return { tokens, mint: createMint(good, key) };
}
