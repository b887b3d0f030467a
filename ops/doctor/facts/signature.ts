import { compactVerify, createLocalJWKSet } from 'jose';
import type { AccessToken } from './access-token.ts';
import type { PublishedKeys } from './key-set.ts';

/** Resolves when the one published key that the token names made its signature; rejects with an error of jose. */
export async function verifySignature({ text }: AccessToken, { keys }: PublishedKeys): Promise<void> {
  await compactVerify(text, createLocalJWKSet({ keys: [...keys] }));
}
