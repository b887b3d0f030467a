/** One cold start: `cold.mjs <handler> <event as a file> <time of the spawn> <expected text>`; writes its figures to descriptor 3. */
import { readFileSync, writeSync } from 'node:fs';
import type { ColdFigures } from '../samples.ts';
import { requireAnswer } from './check.ts';

const [handlerPath = '', eventPath = '', spawnedAt = '', expected = ''] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventPath, 'utf8'));
const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 28_000 };
const started = performance.now();
const { handler } = await import(handlerPath);
const loaded = performance.now();
const answer = await handler(event, context);
const answered = performance.now();
const { user, system } = process.cpuUsage();
requireAnswer(answer, expected);
const figures: ColdFigures = {
  total: performance.timeOrigin + answered - Number(spawnedAt),
  load: loaded - started,
  firstCall: answered - loaded,
  cpu: (user + system) / 1000,
  rss: process.memoryUsage.rss(),
};
writeSync(3, JSON.stringify(figures));
process.exit();
