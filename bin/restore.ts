import { S3Client } from '@aws-sdk/client-s3';
import { runRestore } from '../ops/restore/restore.ts';

process.exitCode = await runRestore(process.argv.slice(2), {
  createClient: () => new S3Client({}),
  now: new Date(),
  print: (line) => console.info(line),
  complain: (line) => console.error(line),
});
