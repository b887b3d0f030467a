import * as z from 'zod';
import type { TokenProfileName } from '../../lambda/settings.ts';
import { isSecureOrigin, isSecureUrl } from '../secure-url.ts';
import { count, list } from './rules.ts';

/** What Casdoor can sign with and a verifier should accept; never HMAC, never none. */
const algorithms = ['RS256', 'RS512', 'ES256', 'ES384', 'ES512'];

const tokenProfiles: readonly TokenProfileName[] = ['casdoor', 'rfc9068'];

const printable = z.string().regex(/^[\x21-\x7e]+$/);

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
  allowedOrganizations: list(printable).describe('Casdoor organizations separated by commas'),
  machineClientIds: list(printable).describe('client ids separated by commas'),
};
