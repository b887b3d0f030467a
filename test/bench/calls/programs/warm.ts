/**
 * One process of warm calls: `warm.mjs <handler> <blocks as a file>`; writes the figures of each block to descriptor 3.
 * The calls run one after another, as they do in one execution environment.
 */
import { readFileSync, writeSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import type { Block, BlockFigures } from '../samples.ts';
import { requireAnswer } from './check.ts';

const [handlerPath = '', blocksPath = ''] = process.argv.slice(2);
const blocks: readonly Block[] = JSON.parse(readFileSync(blocksPath, 'utf8'));
const { handler } = await import(handlerPath);
const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 28_000 };
const allocationCalls = 20;
const allocationSamples = 7;

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ['gc'] });

const figures: BlockFigures[] = [];
for (const block of blocks) figures.push(await measure(block));
writeSync(3, JSON.stringify(figures));
process.exit();

async function measure({ event, expected, warmUp, calls }: Block): Promise<BlockFigures> {
  for (let call = 0; call < warmUp; call += 1) requireAnswer(await handler(event, context), expected);
  const allocated = await measureAllocation(event);
  const microseconds = new Float64Array(calls);
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) {
    const start = performance.now();
    const { statusCode } = await handler(event, context);
    microseconds[call] = (performance.now() - start) * 1000;
    if (statusCode !== 200) throw new Error(`call ${call} was answered ${statusCode}`);
  }
  const { user, system } = process.cpuUsage(before);
  microseconds.sort();
  return {
    mean: microseconds.reduce((sum, one) => sum + one, 0) / calls,
    median: microseconds[Math.floor(calls / 2)] ?? Number.NaN,
    p99: microseconds[Math.floor(calls * 0.99)] ?? Number.NaN,
    cpu: (user + system) / calls,
    allocated,
    rss: process.memoryUsage.rss(),
  };
}

/** The bytes of heap that a call allocates, from blocks of calls during which nothing was collected. */
async function measureAllocation(event: unknown): Promise<number> {
  const samples: number[] = [];
  for (let attempt = 0; attempt < 4 * allocationSamples && samples.length < allocationSamples; attempt += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const collected = collections;
    const before = process.memoryUsage().heapUsed;
    for (let call = 0; call < allocationCalls; call += 1) await handler(event, context);
    const after = process.memoryUsage().heapUsed;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (collections === collected) samples.push((after - before) / allocationCalls);
  }
  samples.sort((one, other) => one - other);
  return samples[Math.floor(samples.length / 2)] ?? Number.NaN;
}
