import { generateKeyPairSync, type KeyObject, constants as padding, sign } from 'node:crypto';
import { parseObject } from './server.ts';

/** A JWT in parts (RFC 7519). Nothing of it is verified. */
export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Reads a signed JWT in its compact form; undefined for anything else, such as an opaque or encrypted token. */
export function decodeJwt(token: string): Jwt | undefined {
  const parts = token.split('.');
  const [header, claims] = parts.map((part) => parseObject(Buffer.from(part, 'base64url').toString()));
  return parts.length === 3 && header && claims ? { header, claims } : undefined;
}

/** The JWS algorithms that tokens are signed with here (RFC 7518 section 3.1, RFC 8037, RFC 9864). */
const algorithm = /^(?:(RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/;
const curves: Readonly<Record<string, string>> = { 256: 'P-256', 384: 'P-384', 512: 'P-521' };

/** Tells whether tokens with this `alg` can be signed here. */
export function isSigned({ alg }: Jwt['header']): boolean {
  return algorithm.test(String(alg));
}

/** Signs a JWT with a private key that fits the `alg` of its header. Throws for an `alg` that is not known here. */
export function signJwt({ header, claims }: Jwt, key: KeyObject): string {
  const content = [header, claims].map((part) => toBase64(JSON.stringify(part))).join('.');
  const [known, family, bits] = algorithm.exec(String(header.alg)) ?? [];
  if (known === undefined) throw new Error(`tokens with the algorithm ${header.alg} cannot be signed here`);
  const pss = { padding: padding.RSA_PKCS1_PSS_PADDING, saltLength: padding.RSA_PSS_SALTLEN_DIGEST };
  const signature = sign(bits === undefined ? null : `sha${bits}`, Buffer.from(content), {
    key,
    dsaEncoding: 'ieee-p1363',
    ...(family === 'PS' && pss),
  });
  return `${content}.${signature.toString('base64url')}`;
}

/** Writes a JWT without a signature (RFC 7515 appendix A.5). */
export function toUnsigned({ header, claims }: Jwt): string {
  return `${[{ ...header, alg: 'none' }, claims].map((part) => toBase64(JSON.stringify(part))).join('.')}.`;
}

/** Makes a private key that nobody knows, for an `alg`. */
export function makeForeignKey({ alg }: Jwt['header']): KeyObject {
  const [, family, bits = ''] = algorithm.exec(String(alg)) ?? [];
  if (family === undefined) return generateKeyPairSync('ed25519').privateKey;
  if (family !== 'ES') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: curves[bits] ?? '' }).privateKey;
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64url');
}
