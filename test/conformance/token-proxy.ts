import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Forwards every request to 127.0.0.1:`port` unchanged, header for header, and adds the token if there is none. Listens
 * on 127.0.0.1 on any free port.
 */
export async function startTokenProxy(port: number, token: string) {
  const server = createServer((request, response) => {
    const authorization = request.headers.authorization ? [] : ['authorization', `Bearer ${token}`];
    const { method, url: path, rawHeaders } = request;
    const headers = [...rawHeaders, ...authorization];
    const onward = send({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has an AddressInfo.
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${own}/mcp`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
