import type { Message } from './child.ts';
import { parts } from './parts.ts';

const [name = '', seed, share] = process.argv.slice(2);
const part = parts[name];
if (!part || !process.send) throw new Error('run a part by npm run soak');

const send = (message: Message) => process.send?.(message);
const result = await part.run({
  seed: Number(seed),
  share: Number(share),
  onProgress: (done, total) => send({ kind: 'progress', done, total }),
});
send({ kind: 'result', result, peak: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
