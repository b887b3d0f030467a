import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bundleFunctions, functionNames, toSourceMapDirectory } from '../lib/bundle.ts';
import { toSourcePositions } from '../ops/source-positions.ts';
import { readWords, runCommand, WrongUsage } from '../ops/terminal/command.ts';

const help = `Turns a stack trace of the log, whose names are minified, back into positions of the sources.

  npm run --silent trace -- [--function NAME] < TRACE

  --function  the function that wrote the log: ${functionNames.join(' or ')} (default: mcp)

Reads the standard input to its end. Bundles the functions anew, so it must run on the commit that was deployed.
`;

const words = process.argv.slice(2);
const complain = (message: string) => process.stderr.write(message);
process.exitCode = await runCommand(words, { help, complain }, async () => {
  const { values } = readWords(words, { function: { type: 'string', default: 'mcp' } });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const name = functionNames.find((one) => one === values.function);
  if (name === undefined)
    throw new WrongUsage(`set --function to ${functionNames.join(' or ')}, got "${values.function}"`);
  await bundleFunctions();
  const readMap = (file: string) => {
    const path = join(toSourceMapDirectory(name), `${file}.map`);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  };
  if (process.stdin.isTTY) complain('paste the stack trace, then press Ctrl-D\n');
  process.stdout.write(toSourcePositions(await text(process.stdin), readMap));
  return 0;
});
