import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** A proxy on 127.0.0.1. */
export interface RunningProxy {
  readonly url: string;
  /** Closes open connections and frees the port. */
  close(): Promise<void>;
}

/** Longer than a test lasts, so that no request arrives on a connection that the proxy is closing. */
const keepAliveMilliseconds = 300_000;

/** A new connection for each request, so that no request uses one that the target is closing. */
const agent = new Agent({ keepAlive: false });

/** Starts an HTTP server on a free port that answers every request with `handle`. */
export async function startProxy(handle: RequestListener): Promise<RunningProxy> {
  const server = createServer({ keepAliveTimeout: keepAliveMilliseconds }, handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on a port has an AddressInfo.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Forwards a request to `target` and resolves with the answer once its headers have arrived. All headers pass
 * unchanged, including `Host`, because an AWS signature covers it. Rejects when either connection fails.
 */
export function forward(incoming: IncomingMessage, target: string): Promise<IncomingMessage> {
  const { hostname: host, port } = new URL(target);
  const { method, url: path, rawHeaders: headers } = incoming;
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host, port, method, path, headers }, resolve);
    pipeline(incoming, outgoing, (error) => error && reject(error));
    outgoing.on('error', reject);
  });
}
