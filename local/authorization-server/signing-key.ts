import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './replace-file.ts';

/**
 * The private RSA key that signs every token, as a JWK. Made on the first start and kept in `directory`, so
 * that tokens survive a restart. Its `kid` is the name Casdoor's certificate has in our guide.
 */
export function readSigningKey(directory: string): JsonWebKey {
  const path = join(directory, 'signing-key.json');
  if (!existsSync(path)) replaceFile(path, JSON.stringify(createSigningKey()));
  return JSON.parse(readFileSync(path, 'utf8'));
}

function createSigningKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'cert-mcp' };
}
