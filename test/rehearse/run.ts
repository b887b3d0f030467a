/** `npm run rehearse`: the whole life of a deployment, on an emulator of AWS. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWords, runCommand } from '../../ops/terminal/command.ts';
import { createPaint, isColoured } from '../../ops/terminal/paint.ts';
import { createProgress } from '../../ops/terminal/progress.ts';
import { prepareStack } from '../support/local-stack.ts';
import { type Row, toTable } from './compare.ts';
import { createDeployment } from './deployment.ts';
import { CannotRehearse, findMoto, startMoto } from './moto.ts';
import { createSteps, type Step } from './steps.ts';

const help = `Rehearses a deployment on moto, an emulator of AWS: bootstraps, deploys, compares every resource with the
template, runs the uploaded code against doctor, smoke and every tool, deploys again, changes settings, deletes.

  npm run rehearse -- [--no-install] [--verbose]

  --no-install  rehearse only where moto is found
  --verbose     what the CDK printed of a step that failed, not only its last lines

Needs Python 3. moto's server is used where it is found (MOTO_SERVER names its command); otherwise it is
installed once below node_modules/.cache. Without Python nothing is done.

Exit code: 0 when every check passed or nothing could be rehearsed, 1 when one failed, 2 for wrong usage.
`;

const words = process.argv.slice(2);
const progress = createProgress(process.stderr);
const paint = createPaint(isColoured(process.stdout));

process.exitCode = await runCommand(
  words,
  { help, complain: (text) => process.stderr.write(text) },
  async () => {
    const { values } = readWords(words, { 'no-install': { type: 'boolean', default: false } });
    if (!values.help) return rehearse({ installs: !values['no-install'], isVerbose: values.verbose });
    process.stdout.write(help);
    return 0;
  },
);

async function rehearse({ installs, isVerbose }: { installs: boolean; isVerbose: boolean }): Promise<0 | 1> {
  const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'moto');
  const found = await findMoto(cache, { installs, tell: progress.show }).catch((error: Error) => {
    if (!(error instanceof CannotRehearse)) throw error;
    return error.message;
  });
  progress.clear();
  if (typeof found === 'string') {
    console.info(`skipped: ${found}`);
    return 0;
  }
  const { environment, remove } = await prepareStack();
  const directory = environment.LOCAL_DATA_DIR;
  const moto = await startMoto(found, Number(environment.S3_PORT), directory);
  console.info(`moto ${found.version}`);
  const tables: (readonly Row[])[] = [];
  const { steps, stop } = createSteps({
    moto,
    deployment: createDeployment(found, moto),
    directory,
    mcpPort: Number(environment.MCP_PORT),
    authPort: Number(environment.AUTH_PORT),
    showTable: (rows) => tables.push(rows),
  });
  try {
    for (const step of steps) {
      const fault = await take(step);
      if (fault === undefined) continue;
      console.info(explain(fault, moto.logFile, isVerbose));
      return 1;
    }
    return 0;
  } finally {
    await stop();
    await moto.stop();
    await remove();
    for (const rows of tables) console.info(`\n${toTable(rows)}`);
  }
}

/** Takes a step and prints its line. Answers why it failed. */
async function take({ name, run }: Step): Promise<Error | undefined> {
  progress.show(`${name} …`);
  const begun = Date.now();
  const result = await run().catch((error: Error) => error);
  progress.clear();
  const seconds = `(${((Date.now() - begun) / 1000).toFixed(1)} s)`;
  const isFault = result instanceof Error;
  const word = isFault ? paint('red', 'fail') : `${paint('green', 'ok')}  `;
  console.info(`${word}  ${name}: ${isFault ? result.message.split('\n')[0] : result} ${seconds}`);
  return isFault ? result : undefined;
}

/** What a command printed says more than that it failed, and the log of moto why it gave no answer. */
function explain(error: Error & { stdout?: string; stderr?: string }, logFile: string, isVerbose: boolean) {
  const said = `${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n').slice(1);
  const thrown = readFileSync(logFile, 'utf8').match(/^[\w.]*(?:Error|Exception)\b.*$/gm) ?? [];
  const moto = thrown.slice(-3).map((line) => `moto: ${line}`);
  return [...(isVerbose ? said : said.slice(-12)), ...moto].map((line) => `      ${line}`).join('\n');
}
