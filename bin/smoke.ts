import { runSmoke } from '../ops/smoke/smoke.ts';

const interruption = new AbortController();
// Once: who presses Ctrl-C again does not want to wait for the clean-up.
process.once('SIGINT', () => interruption.abort());

const surroundings = {
  variables: process.env,
  isColoured: process.stdout.isTTY,
  print: (text: string) => process.stdout.write(text),
  complain: (text: string) => process.stderr.write(text),
};
process.exitCode = await runSmoke(process.argv.slice(2), surroundings, interruption.signal);
