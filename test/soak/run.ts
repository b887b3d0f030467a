import { runInChild } from './child.ts';
import { InvalidCommandLine, readCommandLine, toHelp } from './command-line.ts';
import { parts } from './parts.ts';
import { type Row, toTable } from './table.ts';

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InvalidCommandLine)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** Runs the parts one after another and returns the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const command = readCommandLine(words, parts);
  if (command.kind === 'help') {
    console.info(toHelp(parts));
    return 0;
  }
  const { names, seed, share } = command;
  const rows: Row[] = [];
  for (const name of names) {
    const maxMinutes = parts[name]?.maxMinutes ?? 0;
    rows.push(await runInChild(name, { seed, share, maxMinutes, onProgress: toProgressLine(name) }));
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.info(toTable(rows));
  return rows.some(({ result }) => result.failures.length > 0) ? 1 : 0;
}

/** Shows the progress: on a terminal one line that changes, elsewhere nothing. */
function toProgressLine(name: string): (done: number, total: number) => void {
  return (done, total) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${name}: ${done} of ${total}`);
  };
}
