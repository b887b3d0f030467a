import { runDoctor } from '../ops/doctor/doctor.ts';

process.exitCode = await runDoctor(process.argv.slice(2), {
  variables: process.env,
  isColoured: process.stdout.isTTY,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
});
