import { parentPort } from 'node:worker_threads';

// In place of the thread that reads documents: it loads, and then never ends.
parentPort?.on('message', ({ call, name }: { call: number; name: string }) => {
  if (name !== 'load') for (;;);
  parentPort?.postMessage({ answer: call, result: undefined });
});
