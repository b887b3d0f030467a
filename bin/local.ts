import { InvalidSettings } from '../lib/settings.ts';
import { toGuide } from '../local/guide.ts';
import { readLocalSettings } from '../local/settings.ts';
import { startLocalStack } from '../local/stack.ts';
import { StartFailure } from '../local/start-failure.ts';

const parent = process.ppid;

/** npm hands SIGTERM on to its shell only, which leaves nobody to stop this. */
function onceOrphaned(stop: () => void): void {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500).unref();
}

try {
  const settings = readLocalSettings(process.env);
  const stack = await startLocalStack(settings, (line) => console.info(line));
  const stop = () => void stack.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (process.env.npm_lifecycle_event !== undefined) onceOrphaned(stop);
  console.info(toGuide(stack, settings));
} catch (error) {
  const isForThePerson = error instanceof StartFailure || error instanceof InvalidSettings;
  console.error(isForThePerson ? error.message : error);
  process.exitCode = 1;
}
