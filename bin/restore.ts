import { S3Client } from '@aws-sdk/client-s3';
import { runRestore } from '../ops/restore/restore.ts';

try {
  process.exitCode = await runRestore(process.argv.slice(2), {
    createClient: () => new S3Client({}),
    now: new Date(),
    print: (line) => console.info(line),
    complain: (line) => console.error(line),
  });
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  console.error('what was done so far stays done: run it again for the rest');
  process.exitCode = 1;
}
