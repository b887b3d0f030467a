import { casdoorProfile } from '../../lambda/auth/casdoor-claims.ts';
import { createKeySet } from '../../lambda/auth/jwks.ts';
import { createVerifier, type Verifier, type VerifierOptions } from '../../lambda/auth/verifier.ts';
import { type Certificate, issuer, now, resource, toKeySet } from './casdoor.ts';

/** The keys of an issuer that publishes these certificates. */
export function createTestKeySet(...certificates: readonly Certificate[]): VerifierOptions['keySet'] {
  return createKeySet({
    url: `${issuer}/jwks`,
    fetch: async () => Response.json(toKeySet(...certificates)),
  });
}

/**
 * A real verifier with the settings of an ordinary deployment, at the time of the tokens; `options` replace some of
 * them.
 */
export function createTestVerifier(
  options: Partial<VerifierOptions> & Pick<VerifierOptions, 'keySet'>,
): Verifier {
  return createVerifier({
    issuer,
    audience: resource,
    scopePrefix: '',
    algorithms: ['RS256'],
    profile: casdoorProfile,
    machineClientIds: [],
    allowedClientIds: [],
    allowedOrganizations: [],
    now: () => now * 1000,
    ...options,
  });
}
