import { Unavailable } from '../finding.ts';

const renewCertificate = 'renew the certificate of this host';

/** What Node's network and TLS error codes mean to a person: what is wrong with the host, and the remedy. */
const failures: Readonly<Record<string, readonly [string, string]>> = {
  ENOTFOUND: ['has no address', 'check the spelling of the host name and its DNS record'],
  EAI_AGAIN: ['cannot be looked up', 'check the network connection and the DNS server of this machine'],
  ECONNREFUSED: ['accepts no connection', 'check that the server runs and that the port is right'],
  ECONNRESET: ['closed the connection', 'check the proxy or load balancer in front of the server'],
  UND_ERR_SOCKET: [
    'closed the connection without an answer',
    'check that http and https are not mixed up, and the server',
  ],
  UND_ERR_CONNECT_TIMEOUT: ['does not answer', 'check the host, the port and the firewall'],
  ETIMEDOUT: ['does not answer', 'check the host, the port and the firewall'],
  EHOSTUNREACH: ['cannot be reached', 'check the network and the firewall'],
  ENETUNREACH: ['cannot be reached', 'check the network of this machine'],
  CERT_HAS_EXPIRED: ['has a certificate that expired', renewCertificate],
  CERT_NOT_YET_VALID: ['has a certificate that is not valid yet', 'check the clock of this machine'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'has a self-signed certificate',
    'use a certificate of a public authority; a private one must be trusted by every client (NODE_EXTRA_CA_CERTS)',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'has a certificate of a private authority',
    'trust the authority on every client (NODE_EXTRA_CA_CERTS), or look for a proxy that inspects TLS',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'sends its certificate without the intermediate ones',
    'install the full chain of certificates on the server',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'has a certificate of an unknown authority',
    'install the full chain of certificates on the server, or trust the authority (NODE_EXTRA_CA_CERTS)',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'has a certificate for another host',
    'use the host name that the certificate is for, or get one for this name',
  ],
};

/** Names what kept a request from being answered. */
export function toUnavailable(error: unknown, url: string): Unavailable {
  if (error instanceof Unavailable) return error;
  const { host } = new URL(url);
  if (['TimeoutError', 'AbortError'].includes(readText(error, 'name') ?? '')) return toLate(host);
  const code = readText(readCause(error), 'code') ?? readText(error, 'code') ?? '';
  if (/^(ERR_SSL_|EPROTO$)/.test(code)) {
    return new Unavailable(
      `${host} does not speak TLS on this port (${code})`,
      'check the port and the scheme',
    );
  }
  const [found, remedy] = failures[code] ?? ['cannot be reached', 'check the URL and the network'];
  const detail = code === '' ? (readText(readCause(error) ?? error, 'message') ?? String(error)) : code;
  return new Unavailable(`${host} ${found} (${detail})`, remedy);
}

/** Names a host that takes longer than requests may. */
export function toLate(host: string): Unavailable {
  const remedy = 'check the host, the port and the firewall; --timeout SECONDS waits longer';
  return new Unavailable(`${host} does not answer in time`, remedy);
}

function readCause(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}

/** Node's network errors come from outside, so they are recognised by what they carry and not by their class. */
function readText(error: unknown, name: 'name' | 'code' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
