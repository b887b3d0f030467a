import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readRequest } from '../../local/s3/request.ts';
import type { RecordedRequest } from './s3-calls.ts';

/** A proxy before an S3 server that keeps an account of what passes. */
export interface RecordingProxy {
  readonly url: string;
  /** Hands over what was answered since the last time. */
  take(): readonly RecordedRequest[];
  close(): Promise<void>;
}

/** Starts a proxy before an S3 server. Headers pass as they are, `Host` too, because they are signed. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const { hostname: host, port } = new URL(target);
  const recorded: RecordedRequest[] = [];

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url: path, rawHeaders: headers } = incoming;
    const outgoing = request({ host, port, method, path, headers }, (answer) => {
      const { statusCode: status = 0, rawHeaders } = answer;
      recorded.push({ ...readRequest(incoming), status });
      response.writeHead(status, rawHeaders);
      answer.pipe(response);
    });
    outgoing.on('error', (error) => response.destroy(error));
    incoming.pipe(outgoing);
  }

  const server = createServer(pass).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on a port has an AddressInfo.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => recorded.splice(0),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
