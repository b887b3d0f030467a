import { runCommand } from '../terminal/command.ts';
import { checks } from './checks.ts';
import { type Command, help, readCommand } from './command-line.ts';
import { createExamination } from './examination.ts';
import type { CheckResult } from './finding.ts';
import { summarize, toClosingLine, toLines, toPrintable, withoutRepetition } from './report.ts';
import { runChecks } from './run-checks.ts';

/** The process around a command. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly isColoured: boolean;
  /** Takes results, and nothing else. */
  readonly print: (text: string) => void;
  /** Takes what is wrong with the command line, and why the command ended early. */
  readonly complain: (text: string) => void;
}

/** Runs the doctor; resolves to the exit code: 0 when no check failed, 1 when one did, 2 for wrong usage. */
export async function runDoctor(words: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { variables, print, complain } = surroundings;
  return runCommand(words, { help, complain }, async () => {
    const command = readCommand(words, variables);
    if (command !== undefined) return examine(command, surroundings);
    print(help);
    return 0;
  });
}

async function examine(command: Command, { isColoured, print }: Surroundings): Promise<0 | 1> {
  const { url, token, isJson, isVerbose } = command;
  const width = Math.max(...checks.map(({ name }) => name.length));
  const results: CheckResult[] = [];
  async function* examineAll() {
    for await (const result of runChecks(checks, createExamination(command))) {
      const printable = toPrintable(result, token);
      results.push(printable);
      yield printable;
    }
  }
  for await (const result of isVerbose ? examineAll() : withoutRepetition(examineAll())) {
    if (!isJson) print(toLines(result, { width, isColoured }));
  }
  const summary = summarize(results);
  if (isJson) print(`${JSON.stringify({ url, summary, results }, null, 2)}\n`);
  else print(toClosingLine(results));
  return summary.fail === 0 ? 0 : 1;
}
