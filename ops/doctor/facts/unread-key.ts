import { Unavailable } from '../finding.ts';
import type { AccessToken } from './access-token.ts';
import type { PublishedKeys } from './key-set.ts';
import { RefusedCall } from './refused-call.ts';
import { verifySignature } from './signature.ts';

/** What tells whether the token is fine by the key set that the metadata names. */
interface Facts {
  readonly token: () => Promise<AccessToken>;
  readonly keys: () => Promise<PublishedKeys>;
}

/**
 * Explains why the server does not have a key that Casdoor publishes: each application has a key set of its own,
 * which no metadata of the server names. Resolves to every other error as it is.
 */
export async function explainUnknownKey(error: unknown, facts: Facts): Promise<unknown> {
  if (!(error instanceof RefusedCall && error.isKeyUnknown)) return error;
  const published = await findKeySet(facts).catch(() => undefined);
  if (published === undefined) return error;
  return new Unavailable(
    `${error.message}; ${published.url} has the key, so the server reads the key set of one application (the setting casdoorApplication)`,
    'give the application of this client the same certificate',
  );
}

/** The published key set, when the token of Casdoor is signed with a key of it. */
async function findKeySet({ token, keys }: Facts): Promise<PublishedKeys | undefined> {
  const [accessToken, published] = await Promise.all([token(), keys()]);
  await verifySignature(accessToken, published);
  return accessToken.isOfCasdoor ? published : undefined;
}
