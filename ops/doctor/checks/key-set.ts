import type { JWK } from 'jose';
import { createKeySet } from '../../../lambda/auth/jwks.ts';
import type { Check } from '../check.ts';
import { fail, ok, warn } from '../finding.ts';

/** That the keys can be fetched. */
export const keySet: Check = {
  name: 'key set',
  examine: async ({ keys }) => {
    const { url, keys: published } = await keys();
    return ok(`${url}, ${published.length} ${published.length === 1 ? 'key' : 'keys'}`);
  },
};

/** That one of the keys can verify a token. */
export const usableKey: Check = {
  name: 'usable key',
  examine: async ({ keys }) => {
    const usable = (await keys()).keys.filter(isUsable);
    if (usable.length > 0) return ok(`${usable.length} for signatures: ${usable.map(describe).join(', ')}`);
    const remedy =
      'publish an RSA key of 2048 bits or more, an EC key or an Ed25519 key, for signatures (use: sig, an asymmetric alg)';
    return fail('no key can verify a signature', remedy);
  },
};

/** That a token's `kid` names one key; Casdoor takes the names of certificates, which organizations may share. */
export const distinctKeyIds: Check = {
  name: 'distinct key ids',
  examine: async ({ keys }) => {
    const entries = new Set(
      (await keys()).keys.map(({ kid, alg, use, n, x, y }) => JSON.stringify([kid, alg, use, n, x, y])),
    );
    // A key that is listed twice counts once.
    const ids = [...entries].map((entry): string => JSON.parse(entry)[0] ?? 'no kid');
    const repeated = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
    if (repeated.length === 0) return ok('each key has a kid of its own');
    const remedy =
      'rename one of them; at Casdoor, let the server read the key set of its application (the setting casdoorApplication)';
    return warn(
      `several keys are called ${repeated.join(', ')}: this project's server tries each, others refuse their tokens`,
      remedy,
    );
  },
};

/** That nobody but the authorization server can sign. */
export const secretKeys: Check = {
  name: 'keys are secret',
  examine: async ({ keys }) => {
    const { keys: published, text, url } = await keys();
    const exposed = published.filter((key) => key.kty === 'oct' || key.d !== undefined);
    if (exposed.length > 0) {
      const remedy =
        'replace the key at once and publish only its public half: everybody can sign tokens with it';
      return fail(`the key set publishes the secret of ${exposed.map(toId).join(', ')}`, remedy);
    }
    const known = await findRepositoryKeys(url, text);
    if (known.length === 0) return ok('no key is known to be public');
    return fail(
      `everybody can sign with ${known.join(', ')}: its private half is in Casdoor's repository`,
      'give the application a certificate of its own and delete this one; do not run Casdoor from a source checkout',
    );
  },
};

/** Lets the server's own key set read the document, and listens to which keys it refuses. */
async function findRepositoryKeys(url: string, text: string): Promise<readonly string[]> {
  const refused: string[] = [];
  const keySetOfTheServer = createKeySet({
    url,
    fetch: async () => new Response(text),
    log: (event, { keyIds }) => {
      if (event === 'public_key_refused' && Array.isArray(keyIds)) refused.push(...keyIds.map(String));
    },
  });
  await keySetOfTheServer.reload();
  return refused;
}

function isUsable({ kty, crv, use, alg, n = '' }: JWK): boolean {
  if (use !== undefined && use !== 'sig') return false;
  if (alg !== undefined && !/^(?:RS|PS|ES)\d{3}$|^Ed(?:DSA|25519)$/.test(alg)) return false;
  return kty === 'RSA' ? toBits(n) >= 2048 : kty === 'EC' || (kty === 'OKP' && crv === 'Ed25519');
}

function describe(key: JWK): string {
  const size = key.kty === 'RSA' ? `${toBits(key.n ?? '')} bits` : key.crv;
  return `${toId(key)} (${[key.alg ?? key.kty, size].join(', ')})`;
}

function toId({ kid }: JWK): string {
  return kid ?? 'a key without kid';
}

/** The size of an RSA modulus, which is written without leading zero bytes (RFC 7518 section 6.3.1). */
function toBits(modulus: string): number {
  return Buffer.from(modulus, 'base64url').length * 8;
}
