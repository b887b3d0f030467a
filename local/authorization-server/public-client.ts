import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import { webClients } from '../../lib/settings/registration.ts';
import { isLoopbackOrigin } from './loopback-origin.ts';

/** The client id of the public client, for everybody who does not register. */
export const publicClientId = 'local-public';

/** A public client that is always there, as an admin of Casdoor registers one for all MCP clients. */
export const publicClient: ClientMetadata = {
  client_id: publicClientId,
  client_name: 'An MCP client',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [...webClients],
};

/** Accepts any redirect to loopback without registering it first, as Casdoor does. */
export function allowLoopback(provider: Provider): void {
  const { prototype } = provider.Client;
  const isRegistered = prototype.redirectUriAllowed;
  // The provider has no option for this.
  Object.defineProperty(prototype, 'redirectUriAllowed', {
    value(this: typeof prototype, uri: string): boolean {
      return isLoopbackOrigin(URL.parse(uri)?.origin ?? '') || isRegistered.call(this, uri);
    },
  });
}
