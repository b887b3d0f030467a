/**
 * Many calls in one process: `memory.mjs <handler> <event as a file> <counts> <expected text>`; writes its memory after
 * each count to descriptor 3.
 */
import { readFileSync, writeSync } from 'node:fs';
import { requireAnswer } from './check.ts';

const [handlerPath = '', eventPath = '', counts = '', expected = ''] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventPath, 'utf8'));
const { handler } = await import(handlerPath);
const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 28_000 };

const resident: number[] = [];
let calls = 0;
for (const count of counts.split(',').map(Number)) {
  for (; calls < count; calls += 1) {
    requireAnswer(await handler(event, context), expected);
  }
  resident.push(process.memoryUsage.rss());
}
writeSync(3, JSON.stringify(resident));
process.exit();
