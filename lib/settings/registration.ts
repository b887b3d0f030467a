import * as z from 'zod';
import { isSecureUrl } from '../secure-url.ts';
import { list } from './rules.ts';

/** How a client that nobody registered gets a client id. */
const registrations = ['none', 'bridge'] as const;

/**
 * Where web clients are called back: the list of `casdoor/init_data.json`. Programs on a person's machine use loopback,
 * which is always allowed.
 */
export const webClients: readonly string[] = [
  'https://claude.ai/api/mcp/auth_callback',
  'https://claude.com/api/mcp/auth_callback',
  'https://chatgpt.com/connector_platform_oauth_redirect',
  'https://www.cursor.com/agents/mcp/oauth/callback',
  'https://vscode.dev/redirect',
  'https://insiders.vscode.dev/redirect',
];

/** A redirect URI without a fragment, or an https origin; plain http protects nothing, so it is loopback's alone. */
const redirectUri = z.string().regex(/^(?!http:|javascript:|data:)[a-z][a-z0-9+.-]*:\/\/[\x21\x24-\x7e]+$/);

/** Settings of how clients get their client id. */
export const registrationSettings = {
  clientRegistration: z
    .enum(registrations)
    .default('none')
    .describe('none, or bridge to give clients that register themselves the publicClientId'),
  publicClientId: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('the client id of the public client (PKCE, no secret) that people connect with'),
  allowedRedirectUris: list(redirectUri, webClients).describe(
    'where the bridge lets clients be called back, loopback aside: redirect URIs, or https origins, separated by commas',
  ),
  authorizationEndpoint: z
    .string()
    .refine(isSecureUrl)
    .optional()
    .describe('the https URL of the page where people sign in; Casdoor’s own unless it is set'),
  tokenEndpoint: z
    .string()
    .refine(isSecureUrl)
    .optional()
    .describe('the https URL where clients get tokens; Casdoor’s own unless it is set'),
};
