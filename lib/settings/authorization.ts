import * as z from 'zod';
import type { TokenProfileName } from '../../lambda/settings.ts';
import { isSecureOrigin, isSecureUrl } from '../secure-url.ts';
import { count, flag, list } from './rules.ts';

/**
 * The signatures of a private key that jose verifies; never HMAC, never none. Casdoor makes those of RS256, RS512
 * and ES, other authorization servers the others as well.
 */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

const tokenProfiles: readonly TokenProfileName[] = ['casdoor', 'rfc9068'];

const printable = z.string().regex(/^[\x21-\x7e]+$/);

/** The name of a claim, without what separates names in a mark and without what a challenge would escape. */
const claimName = z.string().regex(/^[^\s!="\\]+$/);
const mark = /^[^\s!="\\]+(?:!?=[^\s!="\\]+)?$/;

/** Settings of who may call: the authorization server, its tokens, and the lists that narrow them. */
export const authorizationSettings = {
  casdoorUrl: z
    .string()
    .refine(isSecureOrigin)
    .optional()
    .describe('the https origin of Casdoor without a slash at the end, such as https://door.example.com'),
  casdoorApplication: z
    .string()
    .regex(/^\w[\w.-]*$/)
    .optional()
    .describe('the name of the Casdoor application, such as app-mcp'),
  tokenProfile: z
    .enum(tokenProfiles)
    .default('casdoor')
    .describe('casdoor, or rfc9068 for another authorization server'),
  issuer: z
    .string()
    .refine(isSecureUrl)
    .optional()
    .describe('the https URL that stands in the iss claim of the tokens'),
  jwksUrl: z.string().refine(isSecureUrl).optional().describe('the https URL of the issuer’s key set'),
  keySetMaxAgeHours: count(1, 720)
    .default(24)
    .describe(
      'how many hours the last good keys serve while the issuer is down: a whole number, at least 1, up to 720',
    ),
  principalCacheSeconds: count(0, 60)
    .default(60)
    .describe(
      'how many seconds the caller of a verified token is remembered, never past its expiry or a load of the keys: a whole number up to 60, or 0 to verify at every request',
    ),
  audience: printable
    .optional()
    .describe('what stands in the aud claim of the tokens; the MCP URL unless it is set'),
  scopePrefix: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
    .optional()
    .describe(
      'what the authorization server puts before the names of scopes, such as https://files.example.com/mcp/',
    ),
  tokenAlgorithms: list(z.enum(algorithms), ['RS256'], 1).describe(
    `algorithms separated by commas, of ${algorithms.join(', ')}`,
  ),
  allowedClientIds: list(printable).describe('client ids separated by commas'),
  allowedOrganizations: list(printable).describe('organizations separated by commas'),
  machineClientIds: list(printable).describe('client ids that may call without a user, separated by commas'),
  clientClaim: claimName
    .optional()
    .describe(
      'the claim that names the client, for an authorization server that is not in docs/identity-providers',
    ),
  userMark: z
    .string()
    .regex(mark)
    .optional()
    .describe(
      'what the authorization server writes into the tokens of users alone: a claim such as auth_time, a claim with a value such as idtyp=user, or two claims that differ such as sub!=client_id',
    ),
  organizationClaim: claimName
    .optional()
    .describe('the claim that names the organization of a user, for tokenProfile rfc9068'),
  acceptBoundTokens: flag()
    .default(false)
    .describe('true to take tokens that are bound to a key of their client (DPoP, mTLS) as bearer tokens'),
};
