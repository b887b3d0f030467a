/** A person who can sign in at the stand-in. */
export interface User {
  /** Never changes, because it becomes the `sub` claim. */
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly organization: string;
  readonly email: string;
  /** Scopes that this user lacks and so cannot grant to a client. */
  readonly withheldScopes: readonly string[];
}

/**
 * Everybody who can sign in: two users with all rights, and one who may only read. There are two organizations, so that
 * an allow-list of organizations can be tried.
 */
export const users: readonly User[] = [
  {
    id: '3b0c0a4e-6f0e-4b7c-9a55-0d6d3f1c7a01',
    name: 'alice',
    displayName: 'Alice',
    organization: 'acme',
    email: 'alice@acme.example',
    withheldScopes: [],
  },
  {
    id: '8a5d1b62-2c1f-4f0a-8e0b-5b1e9d2c7a02',
    name: 'bob',
    displayName: 'Bob',
    organization: 'acme',
    email: 'bob@acme.example',
    withheldScopes: [],
  },
  {
    id: 'c17e44d9-91b3-4d6e-b3f4-7c2a60e87a03',
    name: 'carol',
    displayName: 'Carol',
    organization: 'globex',
    email: 'carol@globex.example',
    withheldScopes: ['files:write'],
  },
];

/** The password of every user. Not a secret: the server answers on the loopback interface only. */
export const password = 'local';

/** Finds a user by what they type when they sign in. */
export function findUserByName(name: string): User | undefined {
  return users.find((user) => user.name === name);
}

/** The user behind the `sub` claim of a token. Throws when there is none. */
export function getUser(id: string): User {
  const user = users.find((candidate) => candidate.id === id);
  if (!user) throw new Error(`no user has the id "${id}"`);
  return user;
}
