import type { Check } from './check.ts';
import * as authorizationServer from './checks/authorization-server.ts';
import * as challenge from './checks/challenge.ts';
import { issuerClock, serverClock } from './checks/clock.ts';
import * as cors from './checks/cors.ts';
import * as keySet from './checks/key-set.ts';
import * as metadata from './checks/metadata.ts';
import * as session from './checks/session.ts';
import { audience } from './checks/token-audience.ts';
import * as claims from './checks/token-claims.ts';
import * as signature from './checks/token-signature.ts';
import { connection, url } from './checks/url.ts';

/** All checks, in the order in which a client gets to what they are about. */
export const checks: readonly Check[] = [
  url,
  connection,
  challenge.status,
  challenge.header,
  challenge.bare,
  challenge.resourceMetadata,
  challenge.scope,
  metadata.atPath,
  metadata.atRoot,
  metadata.identical,
  metadata.named,
  metadata.resource,
  metadata.authorizationServers,
  metadata.scopesSupported,
  cors.preflight,
  cors.exposed,
  authorizationServer.metadata,
  authorizationServer.issuer,
  authorizationServer.endpoints,
  authorizationServer.pkce,
  authorizationServer.offeredScopes,
  authorizationServer.registration,
  keySet.keySet,
  keySet.usableKey,
  keySet.distinctKeyIds,
  keySet.secretKeys,
  serverClock,
  issuerClock,
  signature.format,
  signature.algorithm,
  signature.tokenClass,
  signature.key,
  signature.signature,
  claims.issuer,
  audience,
  claims.times,
  claims.client,
  claims.caller,
  claims.organization,
  claims.scopes,
  session.discover,
  session.initialize,
  session.listTools,
];
