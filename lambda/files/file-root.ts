/** Whose files a caller sees: everybody's, those of the caller's organization, or the caller's own. */
export type RootKind = 'shared' | 'organization' | 'user';

/** What decides the root of a caller. All of it comes from a verified token, but none of it is trusted. */
export interface RootOwner {
  readonly kind: 'user' | 'machine';
  readonly subject: string;
  readonly organization?: string;
  readonly clientId?: string;
}

/** Thrown for a caller whose token does not name the owner of a root; such a caller has no files. */
export class NoRoot extends Error {
  readonly code = 'no_root';
  readonly claim: 'subject' | 'organization' | 'client id';

  constructor(claim: NoRoot['claim'], fault: string) {
    super(`the ${claim} of the token ${fault}: sign in with an account that has one, or set another root`);
    this.name = 'NoRoot';
    this.claim = claim;
  }
}

/** The longest encoded value. S3 keys have at most 1,024 bytes, and most of them are for the paths. */
const maxEncodedLength = 120;

/**
 * The part of the bucket that the caller sees: `shared/`, `organizations/<value>/`, `users/<value>/` or, for a
 * machine that does not share, `machines/<client id>/`. At most 135 characters of ASCII. Two different owners never
 * have the same root, and no root lies in another.
 *
 * `sha256` returns the hexadecimal SHA-256 of an ASCII text. It is passed in, because the language itself has no
 * synchronous hash. Throws `NoRoot`.
 */
export function toRootPrefix(kind: RootKind, owner: RootOwner, sha256: (text: string) => string): string {
  if (kind === 'shared') return 'shared/';
  if (owner.kind === 'machine') return `machines/${encode('client id', owner.clientId, sha256)}/`;
  if (kind === 'organization') return `organizations/${encode('organization', owner.organization, sha256)}/`;
  return `users/${encode('subject', owner.subject, sha256)}/`;
}

/**
 * Writes a value as one segment of a key. Letters, digits, `_` and `-` stay, and every other byte of its UTF-8
 * becomes `%XX`. A value that is too long becomes `~` and its hash; no encoded value begins with `~`.
 */
function encode(claim: NoRoot['claim'], value: string | undefined, sha256: (text: string) => string): string {
  if (value === undefined || value === '') throw new NoRoot(claim, 'is missing');
  // Half of a surrogate pair has no UTF-8. It would be encoded like U+FFFD, and the two would share a root.
  if (!value.isWellFormed()) throw new NoRoot(claim, 'is no valid Unicode');
  const encoded = encodeURIComponent(value).replace(/[.!~*'()]/g, toPercent);
  return encoded.length > maxEncodedLength ? `~${sha256(encoded)}` : encoded;
}

function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
