import { InvalidSettings } from '../lib/settings.ts';
import { onceDeleted } from '../local/data-directory.ts';
import { toGuide } from '../local/guide.ts';
import { onceOrphaned } from '../local/orphan-watch.ts';
import { createOutput, help } from '../local/output.ts';
import { readLocalSettings } from '../local/settings.ts';
import { startLocalStack } from '../local/stack.ts';
import { StartFailure } from '../local/start-failure.ts';
import { readWords, runCommand } from '../ops/terminal/command.ts';
import { isColoured } from '../ops/terminal/paint.ts';

const words = process.argv.slice(2);
const complain = (text: string) => process.stderr.write(text);
process.exitCode = await runCommand(words, { help, complain }, async () => {
  const { values } = readWords(words, {});
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  try {
    await run(values.json, values.verbose);
    return 0;
  } catch (error) {
    if (!(error instanceof StartFailure || error instanceof InvalidSettings)) throw error;
    complain(`${error.message}\n`);
    return 1;
  }
});

/** Starts the stack, which then keeps the process alive until it is stopped. */
async function run(isJson: boolean, isVerbose: boolean): Promise<void> {
  const settings = readLocalSettings(process.env);
  const output = createOutput({
    isJson,
    isVerbose,
    isColoured: isColoured(process.stdout),
    stdout: process.stdout,
    stderr: process.stderr,
  });
  const stack = await startLocalStack(settings, output, { isVerbose });
  const end = (exitCode: number) => void stack.close().then(() => process.exit(exitCode));
  const stop = () => end(0);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (process.env.npm_lifecycle_event !== undefined) onceOrphaned(stop);
  onceDeleted(settings.directory, (message) => {
    console.error(message);
    end(1);
  });
  output.tell(toGuide(stack, settings));
}
