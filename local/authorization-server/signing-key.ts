import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { readKeptFile, replaceFile } from './kept-file.ts';

const number = z.string().min(1);

/** A private RSA key as a JWK (RFC 7518 section 6.3.2). */
const keptKey = z.looseObject({
  kty: z.literal('RSA'),
  n: number,
  e: number,
  d: number,
  p: number,
  q: number,
  dp: number,
  dq: number,
  qi: number,
});

/**
 * The private RSA key that signs every token, as a JWK. Made on the first start and kept in `directory`, so
 * that tokens survive a restart. Its `kid` is the name Casdoor's certificate has in our guide.
 */
export function readSigningKey(directory: string): JsonWebKey {
  const path = join(directory, 'signing-key.json');
  const kept = readKeptFile(path, keptKey);
  if (kept) return kept;
  const created = createSigningKey();
  replaceFile(path, JSON.stringify(created));
  return created;
}

function createSigningKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'cert-mcp' };
}
