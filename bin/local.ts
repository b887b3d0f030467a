import { InvalidSettings } from '../lib/settings.ts';
import { toGuide } from '../local/guide.ts';
import { readLocalSettings } from '../local/settings.ts';
import { PortInUse, startLocalStack } from '../local/stack.ts';

try {
  const settings = readLocalSettings(process.env);
  const stack = await startLocalStack(settings, (line) => console.info(line));
  console.info(toGuide(stack, settings));
  const stop = () => void stack.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  const isForThePerson = error instanceof PortInUse || error instanceof InvalidSettings;
  console.error(isForThePerson ? error.message : error);
  process.exitCode = 1;
}
