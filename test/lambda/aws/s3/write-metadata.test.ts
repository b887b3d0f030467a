import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createS3FileStore } from '../../../../lambda/aws/s3/file-store.ts';
import { readFilePath } from '../../../../lambda/files/file-path.ts';

const { signal } = new AbortController();
const path = readFilePath('a.md');
const writer = { name: 'x'.repeat(150), client: 'claude-code' };

/** The metadata of a write over a file that had this much of other programs. */
async function writeOver(bytes: number) {
  const s3 = mockClient(S3Client);
  s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
  const client = new S3Client({ region: 'us-east-1' });
  const store = createS3FileStore({ client, bucket: 'bucket', prefix: 'files/' });
  const metadata = { owner: 'o'.repeat(bytes - 'owner'.length) };
  const facts = { path, size: 1, etag: '"f"', modified: new Date(), mediaType: 'text/plain' };
  const replaces = { ...facts, attributes: { metadata } };
  const condition = { kind: 'match', etag: '"f"' } as const;
  await store.write(path, new Uint8Array(1), {
    mediaType: 'text/plain',
    condition,
    replaces,
    writer,
    signal,
  });
  const [put] = s3.commandCalls(PutObjectCommand);
  s3.restore();
  return Object.keys(put?.args[0].input.Metadata ?? {}).sort();
}

describe('the metadata of a write', () => {
  it.each([
    ['all where there is room', 1_000, ['mcp-client', 'mcp-written-by', 'owner', 'write-id']],
    ['that of other programs before the writer', 1_900, ['owner', 'write-id']],
    ['that of other programs before its own name', 2_040, ['owner']],
  ])('holds %s', async (_, bytes, names) => {
    expect(await writeOver(bytes)).toEqual(names);
  });
});
