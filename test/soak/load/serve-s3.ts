import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3Server } from '../../../local/s3/server.ts';

/*
 * The S3 server in its own process, so that it does not count in the memory of the process under load. It sends its
 * address and ends with the process that started it.
 */
if (!process.send) throw new Error('start this by a part of npm run soak');
const directory = mkdtempSync(join(tmpdir(), 'load-s3-'));
const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
const server = await startS3Server({ directory, credentials });
await server.createBucket('bucket');
process.once('disconnect', async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});
process.send(server.url);
