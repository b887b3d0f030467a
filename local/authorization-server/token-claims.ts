import { randomUUID } from 'node:crypto';
import type { User } from './users.ts';

/** Whom a token stands for: its first claims. */
type Subject = ReturnType<typeof userClaims> | ReturnType<typeof applicationClaims>;

/** What a token grants. Times are whole seconds since 1970. */
export interface TokenGrant {
  readonly tokenType: 'access-token' | 'refresh-token';
  readonly issuer: string;
  readonly clientId: string;
  /** The resource of the authorization request, or the client id: Casdoor has no other audiences. */
  readonly audience: string;
  readonly scope: string | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** The claims of a user in Casdoor's token format JWT-Standard. */
export function userClaims(user: User) {
  return {
    owner: user.organization,
    preferred_username: user.name,
    id: user.id,
    name: user.displayName,
    picture: 'https://cdn.casbin.org/img/casbin.svg',
    email: user.email,
    email_verified: true,
  };
}

/** The claims of an application that acts for itself, as Casdoor's client credentials grant makes them. */
export function applicationClaims(application: string) {
  return { owner: 'admin', preferred_username: application, id: `admin/${application}` };
}

/** All claims of a token in the order Casdoor v3.158 writes them; an empty scope is left out, as Casdoor does. */
export function tokenClaims(subject: Subject, grant: TokenGrant) {
  return {
    ...subject,
    tokenType: grant.tokenType,
    ...(grant.scope && { scope: grant.scope }),
    address: { formatted: '', street_address: '', locality: '', region: '', postal_code: '', country: '' },
    azp: grant.clientId,
    iss: grant.issuer,
    sub: subject.id,
    aud: [grant.audience],
    exp: grant.expiresAt,
    nbf: grant.issuedAt,
    iat: grant.issuedAt,
    jti: `admin/${randomUUID()}`,
  };
}
