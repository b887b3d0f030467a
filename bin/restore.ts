import { S3Client } from '@aws-sdk/client-s3';
import { runRestore } from '../ops/restore/restore.ts';
import { isColoured } from '../ops/terminal/paint.ts';
import { createProgress } from '../ops/terminal/progress.ts';

process.exitCode = await runRestore(process.argv.slice(2), {
  createClient: () => new S3Client({}),
  now: new Date(),
  isColoured: isColoured(process.stdout),
  print: (line) => console.info(line),
  complain: (line) => console.error(line),
  progress: createProgress(process.stderr),
});
