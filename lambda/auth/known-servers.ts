import { type JsonObject, readText } from './token-profile.ts';

/** The authorization servers whose tokens we can tell by their claims. */
export type ServerName =
  | 'Keycloak'
  | 'Okta'
  | 'Microsoft Entra ID'
  | 'Amazon Cognito'
  | 'Ory Hydra'
  | 'better-auth'
  | 'Auth0';

/** How one authorization server writes into its access tokens which client asked and whether a user signed in. */
export interface KnownServer {
  /** What people call the server; undefined where we do not know it. */
  readonly name: ServerName | undefined;
  /** Tells the server by a claim that no other one writes like this. */
  readonly isWriterOf: (claims: JsonObject) => boolean;
  /** The claims that name the client, in the order in which they count. */
  readonly clientClaims: readonly string[];
  /** What the server gives to users alone, in words for the caller. */
  readonly mark: string;
  /** Tells whether the mark is there. What is in doubt is a machine. */
  readonly isUser: (claims: JsonObject) => boolean;
}

/**
 * The grants for which a person signed in, as Keycloak names them in its token ids: code, CIBA, device, password. Real
 * tokens had `ac` and `ro`; `ci` and `dg` are from its source (`CibaGrantTypeFactory`, `DeviceGrantTypeFactory`). Others
 * need `auth_time`: `rt` refresh, `te` exchange, `ag` JWT authorization, `pc` pre-authorized code, `pg` UMA.
 */
const keycloakUserGrants = ['ac', 'ci', 'dg', 'ro'];

/**
 * Keycloak (26.7.3, real tokens). A service account's token has no `auth_time`, and often `client_id`. The last two
 * letters of the tag before the colon of `jti` name the grant (since version 26); a refresh (`rt`) and an exchange
 * (`te`) may be a machine's, so those tokens need `auth_time`, which the client scope `basic` writes.
 */
const keycloak: KnownServer = {
  name: 'Keycloak',
  isWriterOf: ({ typ }) => typ === 'Bearer' || typ === 'DPoP',
  clientClaims: ['azp'],
  mark: 'auth_time, or a jti that names a grant of users, and no client_id',
  isUser: (claims) => {
    const grant = /^[a-z]{4}([a-z]{2}):/.exec(readText(claims, 'jti') ?? '')?.[1] ?? '';
    if ('client_id' in claims || grant === 'cc') return false;
    return typeof claims.auth_time === 'number' || keycloakUserGrants.includes(grant);
  },
};

/** Okta, by the shape that its own verifier documents: `uid` is the user, and a machine has none. */
const okta: KnownServer = {
  name: 'Okta',
  isWriterOf: (claims) => 'cid' in claims,
  clientClaims: ['cid'],
  mark: 'uid',
  isUser: (claims) => readText(claims, 'uid') !== undefined && claims.sub !== claims.cid,
};

/** Microsoft Entra ID, by its documentation: delegated tokens have `scp`, those of an application have `roles`. */
const entra: KnownServer = {
  name: 'Microsoft Entra ID',
  isWriterOf: isOfEntra,
  // `appid` stands in tokens of version 1.
  clientClaims: ['azp', 'appid'],
  mark: 'scp',
  isUser: (claims) => readText(claims, 'scp') !== undefined && claims.idtyp !== 'app',
};

/** Amazon Cognito, by its documentation. A machine's token has `auth_time` as well, but no `username`. */
const cognito: KnownServer = {
  name: 'Amazon Cognito',
  isWriterOf: (claims) => 'token_use' in claims,
  clientClaims: ['client_id'],
  mark: 'username',
  isUser: (claims) => readText(claims, 'username') !== undefined && claims.sub !== claims.client_id,
};

/** Ory Hydra (2.3.0, real tokens): it writes `ext` into every token, and a machine's subject is its client. */
const hydra: KnownServer = {
  name: 'Ory Hydra',
  isWriterOf: ({ ext, client_id }) => typeof ext === 'object' && typeof client_id === 'string',
  clientClaims: ['client_id'],
  mark: 'a sub that differs from client_id',
  isUser: (claims) => readText(claims, 'sub') !== undefined && claims.sub !== claims.client_id,
};

/** better-auth (1.7.25, real tokens): `sid` is the session of a user, and the client stands in two claims. */
const betterAuth: KnownServer = {
  name: 'better-auth',
  isWriterOf: ({ azp, client_id, sid }) =>
    typeof sid === 'string' && typeof azp === 'string' && azp === client_id,
  clientClaims: ['client_id'],
  mark: 'sid',
  isUser: (claims) => readText(claims, 'sid') !== undefined && claims.sub !== claims.client_id,
};

/**
 * Auth0, by its documentation: its issuer is an origin with a slash, its users are called `connection|id`, and a
 * machine `<client>@clients`.
 */
const auth0: KnownServer = {
  name: 'Auth0',
  isWriterOf: (claims) => {
    const issuer = readText(claims, 'iss') ?? '';
    const isNamedByAuth0 = /^[^|]+\|.|@clients$/.test(readText(claims, 'sub') ?? '');
    return isNamedByAuth0 && `${URL.parse(issuer)?.origin}/` === issuer;
  },
  clientClaims: ['client_id', 'azp'],
  mark: 'a sub with a vertical bar',
  isUser: (claims) =>
    (readText(claims, 'sub') ?? '').includes('|') && claims.gty === undefined && claims.sub !== claims.azp,
};

/** A server that we do not know marks nobody as a user, until the setting `userMark` says how. */
const unknown: KnownServer = {
  name: undefined,
  isWriterOf: () => true,
  clientClaims: ['client_id', 'azp'],
  mark: 'a mark that this server knows (the setting userMark can name one)',
  isUser: () => false,
};

const servers = [keycloak, okta, entra, cognito, hydra, betterAuth, auth0];

/** Finds the server that writes claims like these. */
export function findServer(claims: JsonObject): KnownServer {
  return servers.find((server) => server.isWriterOf(claims)) ?? unknown;
}

/** Puts into words what a user's token of this server has. */
export function describeMarkOf({ name, mark }: KnownServer): string {
  return name === undefined ? mark : `${mark} (${name})`;
}

/** Tells Microsoft Entra ID by how the client proved itself, which it writes into every access token. */
export function isOfEntra(claims: JsonObject): boolean {
  return 'azpacr' in claims || 'appidacr' in claims;
}
