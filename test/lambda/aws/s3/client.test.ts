import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client, patience } from '../../../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../../../lambda/aws/s3/file-store.ts';
import { readFilePath } from '../../../../lambda/files/file-path.ts';

const { signal } = new AbortController();
const path = readFilePath('a.md');

let server: Server;
let client: S3Client | undefined;
let requests: string[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.headers['amz-sdk-request']}`);
    request.resume();
    answer(response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(async () => {
  client?.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A store whose S3 is this server; `times` faster than in Lambda, where seconds pass. */
function open(times = 1) {
  client = createS3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' },
    ...(times > 1 && { requestHandler: { ...patience, requestTimeout: patience.requestTimeout / times } }),
  });
  return createS3FileStore({ client, bucket: 'bucket', prefix: 'files/' });
}

describe('the client of S3', () => {
  it('asks again after five seconds without an answer', async () => {
    answer = (response) => {
      if (requests.length > 1) response.writeHead(200, { etag: '"e"', 'content-length': '5' }).end();
    };
    const start = Date.now();
    expect(await open().stat(path, { signal })).toMatchObject({ etag: '"e"', size: 5 });
    expect(requests).toEqual(['HEAD attempt=1; max=3', 'HEAD attempt=2; max=3']);
    expect(Date.now() - start).toBeGreaterThan(4_900);
    expect(Date.now() - start).toBeLessThan(10_000);
  }, 20_000);

  it('gives up after three times, long before the deadline of a call', async () => {
    answer = () => undefined;
    await expect(open(50).stat(path, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(requests).toHaveLength(3);
    expect(3 * patience.requestTimeout).toBeLessThanOrEqual(15_000);
  });

  it('waits for a copy as long as S3 works', async () => {
    answer = (response) => {
      if (requests.length === 1) response.writeHead(200, { etag: '"e"', 'content-length': '5' }).end();
      else setTimeout(() => response.end('<CopyObjectResult><ETag>"f"</ETag></CopyObjectResult>'), 500);
    };
    const options = { condition: { kind: 'none' }, signal } as const;
    expect(await open(50).copy({ path }, readFilePath('b.md'), options)).toMatchObject({ etag: '"f"' });
    expect(requests).toEqual(['HEAD attempt=1; max=3', 'PUT attempt=1; max=1']);
  });
});
