/**
 * Everything that a candidate calls, in its own process: the key set, and an S3 that has the same 1 KB under every key
 * and checks nothing, so that its own time is short and even. `node backend.ts <key set as JSON>` prints its URL.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [keySet = ''] = process.argv.slice(2);
const content = Buffer.from(
  Array.from({ length: 16 }, (_, line) =>
    `line ${String(line + 1).padStart(10, '0')} of a text `.padEnd(63, '.').concat('\n'),
  ).join(''),
);
const facts = {
  etag: '"0123456789abcdef0123456789abcdef"',
  'last-modified': 'Sat, 22 Aug 2026 10:00:00 GMT',
  'accept-ranges': 'bytes',
  'content-type': 'text/markdown',
  'content-length': content.byteLength,
  'x-amz-version-id': 'version-1',
  'x-amz-request-id': 'REQUEST1',
  'x-amz-id-2': 'host-1',
  server: 'AmazonS3',
};
const range = { 'content-range': `bytes 0-${content.byteLength - 1}/${content.byteLength}` };

const server = createServer((request, response) => {
  request.resume();
  if (request.url === '/jwks') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(keySet);
    return;
  }
  const status = request.headers.range === undefined ? 200 : 206;
  response.writeHead(status, { ...facts, ...(status === 206 && range) }).end(content);
});
// Between two blocks of calls a candidate may pause for longer than Node keeps a connection open by default.
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
// Ends with the process that started it, however that process ends.
process.stdin.on('end', () => process.exit()).resume();
