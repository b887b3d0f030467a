import { InvalidSettings } from '../lib/settings.ts';
import { onceDeleted } from '../local/data-directory.ts';
import { toGuide } from '../local/guide.ts';
import { onceOrphaned } from '../local/orphan-watch.ts';
import { readLocalSettings } from '../local/settings.ts';
import { startLocalStack } from '../local/stack.ts';
import { StartFailure } from '../local/start-failure.ts';

try {
  const settings = readLocalSettings(process.env);
  const stack = await startLocalStack(settings, (line) => console.info(line));
  const end = (exitCode: number) => void stack.close().then(() => process.exit(exitCode));
  const stop = () => end(0);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (process.env.npm_lifecycle_event !== undefined) onceOrphaned(stop);
  onceDeleted(settings.directory, (message) => {
    console.error(message);
    end(1);
  });
  console.info(toGuide(stack, settings));
} catch (error) {
  const isForThePerson = error instanceof StartFailure || error instanceof InvalidSettings;
  console.error(isForThePerson ? error.message : error);
  process.exitCode = 1;
}
