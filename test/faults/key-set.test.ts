import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createKeySet } from '../../lambda/auth/jwks.ts';
import { accessTokens, createCertificate, now, signToken, toKeySet } from '../support/casdoor.ts';
import {
  type Fault,
  type FaultProxy,
  internalError,
  onRequests,
  slowDown,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { createTestServer, legacy } from '../support/mcp-server.ts';
import { createTestVerifier } from '../support/test-verifier.ts';

const always = Number.POSITIVE_INFINITY;
/** The timeout of one load, in milliseconds: shorter than in the function, so that the tests are short. */
const timeout = 300;

let issuerServer: Server;
let answer: RequestListener;
let proxy: FaultProxy;
let token: string;
let document: string;
let publish: RequestListener;
/** How many milliseconds the server's clock is ahead. */
let ahead: number;

beforeEach(async () => {
  ahead = 0;
  const certificate = await createCertificate();
  token = await signToken(certificate, accessTokens['JWT-Standard']);
  document = JSON.stringify(toKeySet(certificate));
  publish = (_, response) => response.end(document);
  answer = publish;
  issuerServer = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(issuerServer, 'listening');
  proxy = await startFaultProxy(`http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await proxy.close();
  issuerServer.close();
  issuerServer.closeAllConnections();
});

/** A server that loads its keys through the proxy; returns the status and the headers that matter. */
async function startServer() {
  const server = await createTestServer({
    verify: createTestVerifier({
      keySet: createKeySet({ url: `${proxy.url}/keys/jwks`, timeout, now: () => now * 1000 + ahead }),
    }),
  });
  return async () => {
    const { status, headers } = await server.send({ token, body: legacy('tools/list') });
    return [status, headers.get('retry-after'), headers.has('www-authenticate')];
  };
}

const works = [200, null, false];
/** The answer to an outage of ours: without a challenge, because one would send the client to sign in again. */
const outage = [503, expect.stringMatching(/^[1-5]$/), false];

describe('a request while the key set', () => {
  it.each<[string, Fault]>([
    ['cannot be reached', { kind: 'drop' }],
    ['never answers', { kind: 'withhold-answer' }],
    ['stalls in the document', { kind: 'stall' }],
    ['is cut', { kind: 'truncate' }],
    ['answers 500', internalError],
    ['answers 503', slowDown],
    ['is a web page', { kind: 'garbage' }],
  ])('%s is told to come again, and is served when it can be had', async (_, fault) => {
    proxy.inject(onRequests({ times: always }, fault));
    const send = await startServer();
    expect(await send()).toEqual(outage);
    proxy.clear();
    ahead = 6_000;
    expect(await send()).toEqual(works);
  });

  it.each<[string, RequestListener]>([
    [
      'redirects to the keys of somebody',
      (request, response) => {
        if (request.url === '/keys/moved') publish(request, response);
        else response.writeHead(302, { location: '/keys/moved' }).end();
      },
    ],
    ['is huge', (_, response) => response.end(document.replace('[', `[${'{},'.repeat(200_000)}`))],
    [
      'drips',
      (_, response) => {
        const drip = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('%s is told to come again', async (_, listener) => {
    answer = listener;
    expect(await (await startServer())()).toEqual(outage);
  });

  it('cannot be reached any more is served by the last good keys, also after an hour in the freezer', async () => {
    const send = await startServer();
    expect(await send()).toEqual(works);
    proxy.inject(onRequests({ times: always }, { kind: 'drop' }));
    for (const hours of [1, 23]) {
      ahead = hours * 3_600_000;
      expect(await send()).toEqual(works);
    }
    ahead = 25 * 3_600_000;
    expect(await send()).toEqual([503, expect.stringMatching(/^\d+$/), false]);
  });
});
