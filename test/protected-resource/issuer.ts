import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Certificate, createCertificate, toKeySet } from '../support/casdoor.ts';

/** The parts of an authorization server that a resource server needs: keys and metadata. */
export interface Issuer {
  readonly url: string;
  readonly certificate: Certificate;
  close(): void;
}

/** Starts an issuer on a free port. */
export async function startIssuer(): Promise<Issuer> {
  const certificate = await createCertificate();
  const server = createServer(({ url: path }, response) => {
    const document = path === '/jwks' ? toKeySet(certificate) : metadata();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const metadata = () => ({
    issuer: url,
    jwks_uri: `${url}/jwks`,
    code_challenge_methods_supported: ['S256'],
  });
  return {
    url,
    certificate,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
