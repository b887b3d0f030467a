/** `npm run bench -- [PART...] [-- OPTION...]`: measures the named parts, or all of them, one after another. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const parts = [
  {
    name: 'cold',
    script: 'cold.ts',
    measures: 'from the spawn of a process to its first answer, beside peers',
  },
  { name: 'warm', script: 'warm.ts', measures: 'calls of a warm process, beside peers' },
  { name: 'memory', script: 'memory.ts', measures: 'what a process holds after many calls' },
  {
    name: 'shares',
    script: 'shares.ts',
    measures: 'what a call costs at the processor shares of several memory sizes',
  },
  {
    name: 'search',
    script: 'search.ts',
    measures: 'searches through 1,000 to 100,000 files, and what they cost',
  },
  { name: 'files', script: 'files/run.ts', measures: 'the file tools on files and prefixes of any size' },
  { name: 'agent', script: 'agent/run.ts', measures: 'what an agent needs for its work' },
]
  .map((part) => ({ ...part, script: join(import.meta.dirname, part.script) }))
  .filter(({ script }) => existsSync(script));

const words = process.argv.slice(2);
if (words.includes('--help')) {
  console.info(toHelp());
} else {
  await runParts();
}

/** The options after the names of the parts go to each part. */
async function runParts(): Promise<void> {
  const firstOption = words.findIndex((word) => word.startsWith('-'));
  const names = firstOption < 0 ? words : words.slice(0, firstOption);
  const options = firstOption < 0 ? [] : words.slice(firstOption);
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`there is no part ${unknown.join(', ')}\n\n${toHelp()}`);
    process.exitCode = 1;
    return;
  }
  for (const { name, script } of parts) {
    if (names.length > 0 && !names.includes(name)) continue;
    const child = spawn(process.execPath, [script, ...options], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    if (code !== 0) process.exitCode = 1;
  }
}

function toHelp(): string {
  return `npm run bench -- [PART...] [OPTION...]

Parts; all of them when none is named:
${parts.map(({ name, measures }) => `  ${name.padEnd(8)} ${measures}`).join('\n')}

Options:
  --rounds N  how often each candidate is measured (cold: 30, warm: 7, shares: 5)
  --calls N   how many calls the part memory makes (20,000), and how many files the part search searches
              at most (100,000)
  --before C  measures this server at the commit C too (cold, warm and memory)
  --profile D writes the processor profile of every process of cold, warm and memory to a directory

Results go to test/bench/results/ as JSON, Markdown and SVG. test/bench/README.md tells the method.`;
}
