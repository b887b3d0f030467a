import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { bundleFunctions, functionNames, toSourceMapDirectory } from '../lib/bundle.ts';
import { toSourcePositions } from '../ops/source-positions.ts';

const { values } = parseArgs({ options: { function: { type: 'string', default: 'mcp' } } });
const name = functionNames.find((one) => one === values.function);
if (name === undefined) throw new Error(`set --function to ${functionNames.join(' or ')}`);
await bundleFunctions();
const readMap = (file: string) => {
  const path = join(toSourceMapDirectory(name), `${file}.map`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};
process.stdout.write(toSourcePositions(await text(process.stdin), readMap));
