import { compactVerify, createLocalJWKSet, errors } from 'jose';
import type { AccessToken } from './access-token.ts';
import type { PublishedKeys } from './key-set.ts';

/**
 * Resolves when a published key that the token names made its signature; rejects with an error of jose. Several
 * keys may have that name; each is tried, as the server does.
 */
export async function verifySignature({ text }: AccessToken, { keys }: PublishedKeys): Promise<void> {
  try {
    await compactVerify(text, createLocalJWKSet({ keys: [...keys] }));
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const isSigner = await compactVerify(text, key).then(
        () => true,
        () => false,
      );
      if (isSigner) return;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}
