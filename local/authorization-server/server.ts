import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { allowRegistrationFromBrowsers, serveApplicationMetadata } from './casdoor-paths.ts';
import { omitIssuerOfAnswers, refuseRegistrations } from './closed-registration.ts';
import { createInteractions } from './interactions.ts';
import { createProvider } from './provider.ts';
import { readSigningKey } from './signing-key.ts';
import { createStorage } from './storage.ts';
import { serveUserinfo } from './userinfo.ts';

/** How the stand-in for Casdoor is started. */
export interface AuthorizationServerOptions {
  /** @default any free port */
  readonly port?: number;
  /** The resource of the local stack, for example `http://localhost:3000/mcp`. */
  readonly resource: string;
  /** The scopes of the resource. */
  readonly scopes: readonly string[];
  /** Keeps the signing key and the registered clients, so that both survive a restart; made when missing. */
  readonly directory: string;
  /**
   * Whether clients may register. Without it they use the client id `local-public`, and the answers to authorization
   * requests carry no `iss`: both as at Casdoor. @default true
   */
  readonly isRegistrationOpen?: boolean;
  /** @default 3600 */
  readonly accessTokenLifetimeSeconds?: number;
}

/** A running stand-in for Casdoor. */
export interface AuthorizationServer {
  /** `http://localhost:PORT`: the `iss` of its tokens and where its metadata is. */
  readonly issuer: string;
  /** Stops it and cuts open connections. */
  close(): Promise<void>;
}

/**
 * Starts a server that behaves like Casdoor v3.158 towards clients and resource servers, with three made-up
 * users. It listens on 127.0.0.1 only. Rejects with Node's own error when the port is taken (EADDRINUSE).
 *
 * Unlike Casdoor it asks who signs in every time, sends an unknown scope back to the client as
 * `invalid_scope`, adds `iss` to the callback (RFC 9207), issues an ID token of its own kind, and has neither
 * introspection nor the password and device grants.
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const {
    resource,
    scopes,
    directory,
    isRegistrationOpen = true,
    accessTokenLifetimeSeconds = 3600,
  } = options;
  mkdirSync(directory, { recursive: true });
  const signingKey = readSigningKey(directory);
  const storage = createStorage(directory);
  const server = createServer();
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${portOf(server)}`;
  const provider = createProvider({ issuer, scopes, signingKey, storage, accessTokenLifetimeSeconds });
  if (!isRegistrationOpen) {
    provider.use(refuseRegistrations());
    provider.use(omitIssuerOfAnswers(issuer));
  }
  provider.use(serveApplicationMetadata(issuer, scopes));
  provider.use(allowRegistrationFromBrowsers());
  provider.use(serveUserinfo(issuer, signingKey));
  provider.use(createInteractions(provider, resource));
  provider.on('server_error', (_ctx, error) => console.error(error));
  server.on('request', provider.callback());
  return {
    issuer,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}
