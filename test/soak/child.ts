import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { toFlags } from '../../local/lambda/node-runtime.ts';
import type { PartOptions, PartResult } from './part.ts';
import type { Row } from './table.ts';

/** The messages that the process of a part sends to the process that started it. */
export type Message =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  /** `peak` in MiB. */
  | { readonly kind: 'result'; readonly result: PartResult; readonly peak: number };

/** The memory that the function has, in MiB, so that the garbage collector works as it does there. */
const memorySize = 1_024;

/** Runs a part in its own process, so that its memory is measured alone, and kills it after `maxMinutes`. */
export async function runInChild(
  name: string,
  { seed, share, maxMinutes, onProgress }: PartOptions & { readonly maxMinutes: number },
): Promise<Row> {
  const begun = performance.now();
  const child = fork(join(import.meta.dirname, 'run-part.ts'), [name, String(seed), String(share)], {
    execArgv: toFlags(memorySize),
    timeout: maxMinutes * 60_000,
    killSignal: 'SIGKILL',
  });
  let last: Extract<Message, { kind: 'result' }> | undefined;
  child.on('message', (message: Message) => {
    if (message.kind === 'progress') onProgress(message.done, message.total);
    else last = message;
  });
  // The channel ends after the last message, which may be read later than the end of the process.
  const [[code, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  const seconds = (performance.now() - begun) / 1000;
  if (last && code === 0) return { name, seed, result: last.result, seconds, peak: last.peak };
  const failure = signal === null ? `its process exited with ${code}` : `it was ended by ${signal}`;
  const result = { count: 'none', worst: 0, notes: '', failures: [failure] };
  return { name, seed, result, seconds, peak: 0 };
}
