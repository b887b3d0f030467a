import { parentPort } from 'node:worker_threads';

// In place of the thread that reads documents: it loads, and then throws what nobody expected of it.
parentPort?.on('message', ({ call, name }: { call: number; name: string }) => {
  const error = { name: 'TypeError', message: "Cannot read properties of undefined (reading 'x')" };
  parentPort?.postMessage(name === 'load' ? { answer: call, result: undefined } : { answer: call, error });
});
