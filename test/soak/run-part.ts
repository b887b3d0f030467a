import type { Message } from './child.ts';
import { parts } from './parts.ts';

const [name = '', seed, share] = process.argv.slice(2);
const part = parts[name];
if (!part || !process.send) throw new Error('run a part by npm run soak');

// Nobody is left to be told anything when the process that started this one is gone, not even that telling failed.
const quit = () => process.exit(1);
process.once('disconnect', quit);
const send = (message: Message) => process.send?.(message, undefined, undefined, (error) => error && quit());

const result = await part.run({
  seed: Number(seed),
  share: Number(share),
  onProgress: (done, total) => send({ kind: 'progress', done, total }),
});
send({ kind: 'result', result, peak: process.resourceUsage().maxRSS / 1024 });
process.off('disconnect', quit).disconnect();
