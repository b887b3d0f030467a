import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const { FILES_BUCKET: Bucket, FILES_PREFIX } = process.env;
const client = new S3Client({});

/** Reads a text file. */
export async function readFile(path) {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `${FILES_PREFIX}${path}` }));
  return Body.transformToString();
}

/** Writes a text file. */
export async function writeFile(path, content) {
  await client.send(new PutObjectCommand({ Bucket, Key: `${FILES_PREFIX}${path}`, Body: content }));
}

/** Lists the names of the first thousand files below a path. */
export async function listFiles(path) {
  const { Contents = [] } = await client.send(
    new ListObjectsV2Command({ Bucket, Prefix: `${FILES_PREFIX}${path}` }),
  );
  return Contents.map(({ Key }) => Key.slice(FILES_PREFIX.length)).join('\n');
}
