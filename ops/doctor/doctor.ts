import { checks } from './checks.ts';
import { help, readCommand, WrongUsage } from './command-line.ts';
import { createExamination } from './examination.ts';
import type { CheckResult } from './finding.ts';
import { summarize, toClosingLine, toLines, toPrintable } from './report.ts';
import { runChecks } from './run-checks.ts';

/** The process around the doctor. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly isColoured: boolean;
  /** Takes results, and nothing else. */
  readonly print: (text: string) => void;
  /** Takes what is wrong with the command line. */
  readonly complain: (text: string) => void;
}

/** Runs the doctor; resolves to the exit code: 0 when no check failed, 1 when one did, 2 for wrong usage. */
export async function runDoctor(words: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { variables, isColoured, print, complain } = surroundings;
  try {
    const command = readCommand(words, variables);
    if (command === undefined) {
      print(help);
      return 0;
    }
    const { url, token, isJson } = command;
    const width = Math.max(...checks.map(({ name }) => name.length));
    const results: CheckResult[] = [];
    for await (const result of runChecks(checks, createExamination(command))) {
      const printable = toPrintable(result, token);
      results.push(printable);
      if (!isJson) print(toLines(printable, { width, isColoured }));
    }
    const summary = summarize(results);
    if (isJson) print(`${JSON.stringify({ url, summary, results }, null, 2)}\n`);
    else print(toClosingLine(results));
    return summary.fail === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    complain(`${error.message}\n\n${help}`);
    return 2;
  }
}
