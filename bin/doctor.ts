import { runDoctor } from '../ops/doctor/doctor.ts';
import { isColoured } from '../ops/terminal/paint.ts';

process.exitCode = await runDoctor(process.argv.slice(2), {
  variables: process.env,
  isColoured: isColoured(process.stdout),
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
});
