import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, type JWTPayload, SignJWT } from 'jose';

/** The issuer, the resource and the client of every token here, unless a test says otherwise. */
export const issuer = 'https://door.example.com';
export const resource = 'https://mcp.example.com/mcp';
export const clientId = '3f0c9a1b2c3d4e5f6071';
export const userId = '3b0c0a4e-6f0d-4f5f-9d5e-1c1f8f1d2a3b';

/** The time on every test's clock, in seconds since the epoch. */
export const now = 1_787_400_000;

const registered: JWTPayload = {
  azp: clientId,
  iss: issuer,
  sub: userId,
  aud: [resource],
  exp: now + 3_600,
  nbf: now,
  iat: now,
  jti: 'admin/9d2f6f5e-0000-4000-8000-000000000000',
};

/** Access tokens of one user in Casdoor's four formats, as its source writes them (v3.158.0). */
export const accessTokens = {
  'JWT-Standard': {
    owner: 'acme',
    preferred_username: 'alice',
    id: userId,
    name: 'Alice',
    picture: 'https://cdn.casbin.org/img/casbin.svg',
    email: 'alice@acme.example',
    email_verified: true,
    tokenType: 'access-token',
    scope: 'files:read files:list',
    address: { formatted: '', street_address: '', locality: '', region: '', postal_code: '', country: '' },
    ...registered,
  },
  'JWT-Empty': {
    owner: 'acme',
    name: 'alice',
    id: userId,
    displayName: 'Alice',
    avatar: '',
    email: 'alice@acme.example',
    phone: '',
    tokenType: 'access-token',
    scope: 'files:read files:list',
    signinMethod: 'Password',
    ...registered,
  },
  JWT: {
    owner: 'acme',
    name: 'alice',
    createdTime: '2026-08-22T10:00:00Z',
    id: userId,
    type: 'normal-user',
    password: '',
    displayName: 'Alice',
    address: [],
    isAdmin: false,
    isForbidden: false,
    recoveryCodes: null,
    totpSecret: 'JBSWY3DPEHPK3PXP',
    properties: {},
    roles: [{ owner: 'acme', name: 'role_editor', users: null, isEnabled: true }],
    permissions: [],
    groups: [],
    managedAccounts: [{ application: '', username: '', password: 'plain', signinUrl: '' }],
    tokenType: 'access-token',
    scope: 'files:read files:list',
    signinMethod: 'Password',
    ...registered,
  },
  'JWT-Custom': { tokenType: 'access-token', scope: 'files:read files:list', nonce: '', ...registered },
} as const satisfies Record<string, JWTPayload>;

/** A client's own token (client_credentials): no user, and the audience is the client. */
export const machineToken = {
  owner: 'admin',
  preferred_username: 'app-mcp',
  id: 'admin/app-mcp',
  tokenType: 'access-token',
  scope: 'files:read',
  ...registered,
  sub: 'admin/app-mcp',
  aud: [clientId],
} satisfies JWTPayload;

/** Tokens with the same key, issuer and audience that are not access tokens. */
export const otherTokens = {
  'a refresh token': { ...accessTokens['JWT-Standard'], tokenType: 'refresh-token' },
  'a refresh token in JWT-Custom': { ...accessTokens['JWT-Custom'], TokenType: 'refresh-token' },
  'a token with any TokenType claim': { ...accessTokens['JWT-Custom'], TokenType: 'access-token' },
  'a back-channel logout token': {
    iss: issuer,
    sub: userId,
    aud: [clientId],
    iat: now,
    jti: 'x',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  },
} as const satisfies Record<string, JWTPayload>;

/** A certificate of Casdoor: the private key that signs, and the certificate that is published. */
export interface Certificate {
  readonly name: string;
  readonly algorithm: string;
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey;
}

/** Makes a real key pair; the key's id is the certificate's name. */
export async function createCertificate(name = 'cert-mcp', algorithm = 'RS256'): Promise<Certificate> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), use: 'sig', kid: name, alg: algorithm };
  return { name, algorithm, publicJwk, privateKey };
}

/** Signs claims with the header that Casdoor writes; that of a refresh token has no `kid`. */
export function signToken(
  certificate: Certificate,
  claims: JWTPayload,
  header: { kid?: string; typ?: string } = { kid: certificate.name },
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: certificate.algorithm, typ: 'JWT', ...header })
    .sign(certificate.privateKey);
}

/** The key set document of some certificates. */
export function toKeySet(...certificates: readonly Certificate[]): JSONWebKeySet {
  return { keys: certificates.map(({ publicJwk }) => publicJwk) };
}
