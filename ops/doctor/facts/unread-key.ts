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
 * Explains why the server does not have the keys that the authorization server publishes. No metadata names the key
 * set that the server reads, so it is known only by what fails. Resolves to every other error as it is.
 */
export async function explainKeys(error: unknown, facts: Facts): Promise<unknown> {
  if (!(error instanceof RefusedCall)) return error;
  if (error.code === 'unknown_key') return explainUnknownKey(error, facts);
  if (error.code === 'keys_unavailable') return explainMissingKeys(error, facts);
  return error;
}

/** Each application of Casdoor has a key set of its own. */
async function explainUnknownKey(error: RefusedCall, facts: Facts): Promise<Unavailable> {
  const published = await findKeySet(facts).catch(() => undefined);
  if (published === undefined) return error;
  return new Unavailable(
    `${error.message}; ${published.url} has the key, so the server reads the key set of one application (the setting casdoorApplication)`,
    'give the application of this client the same certificate',
  );
}

/** The keys can be had from here, so the server looks for them at another place. */
async function explainMissingKeys(error: RefusedCall, { token, keys }: Facts): Promise<Unavailable> {
  const published = await keys().catch(() => undefined);
  if (published === undefined || error.message.includes('casdoorApplication')) return error;
  const { isOfCasdoor } = await token().catch(() => ({ isOfCasdoor: false }));
  const setting = isOfCasdoor ? 'settings casdoorUrl and casdoorApplication' : 'setting jwksUrl';
  return new Unavailable(
    `${error.message}; the keys can be had from here, at ${published.url}`,
    `compare the ${setting} with that, and look for key_set_load_failed in the log of the server, which has the cause`,
  );
}

/** The published key set, when the token of Casdoor is signed with a key of it. */
async function findKeySet({ token, keys }: Facts): Promise<PublishedKeys | undefined> {
  const [accessToken, published] = await Promise.all([token(), keys()]);
  await verifySignature(accessToken, published);
  return accessToken.isOfCasdoor ? published : undefined;
}
