import { runSmoke } from '../ops/smoke/smoke.ts';
import { isColoured } from '../ops/terminal/paint.ts';

const interruption = new AbortController();
// Only once: whoever presses Ctrl-C again does not want to wait for the clean-up.
process.once('SIGINT', () => interruption.abort());

const surroundings = {
  variables: process.env,
  isColoured: isColoured(process.stdout),
  print: (text: string) => process.stdout.write(text),
  complain: (text: string) => process.stderr.write(text),
};
process.exitCode = await runSmoke(process.argv.slice(2), surroundings, interruption.signal);
