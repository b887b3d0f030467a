import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findChildren } from '../support/child-processes.ts';
import { InvalidCommandLine, readCommandLine, toHelp } from './command-line.ts';
import type { Part } from './part.ts';
import { toTable } from './table.ts';

const part: Part = {
  what: 'does something',
  maxMinutes: 1,
  run: async () => ({ count: 'none', worst: 0, notes: '', failures: [] }),
};
const parts = { one: part, other: part };

describe('the command line of the soak', () => {
  it('runs every part unless some are named', () => {
    expect(readCommandLine([], parts)).toEqual({ kind: 'run', names: ['one', 'other'], seed: 1, share: 1 });
    expect(readCommandLine(['other', '--seed', '7', '--percent', '5'], parts)).toEqual({
      kind: 'run',
      names: ['other'],
      seed: 7,
      share: 0.05,
    });
  });

  it('tells of its parts', () => {
    expect(readCommandLine(['-h', 'none'], parts)).toEqual({ kind: 'help' });
    expect(toHelp(parts)).toContain('other  does something (at most 1 minutes)');
  });

  it.each([
    [['none'], 'there is no part "none": choose one, other'],
    [['toString'], 'there is no part'],
    [['--seed', 'x'], 'set --seed to a whole number, got "x"'],
    [['--percent', '0'], 'set --percent to a number above 0'],
    [['--percent', '101'], 'set --percent'],
    [['--fast'], '--help'],
  ])('refuses %j and says what to write', (words, sentence) => {
    const read = () => readCommandLine(words, parts);
    expect(read).toThrow(InvalidCommandLine);
    expect(read).toThrow(sentence);
  });
});

describe('the table of the soak', () => {
  it('has a line for each part, and everything that failed below it', () => {
    const row = { seed: 1, seconds: 61.2, peak: 150.4 };
    const result = { count: '500 calls', worst: 1234.5, notes: '3 faults', failures: [] };
    const failed = { ...result, failures: ['seed 1: lost', 'seed 2: lost'] };
    const table = toTable([
      { ...row, name: 'one', result },
      { ...row, name: 'other', result: failed },
    ]);
    expect(table.split('\n')).toEqual([
      '| part  | count     | seed | worst   | time | peak memory | verdict  | notes    |',
      '| ----- | --------- | ---- | ------- | ---- | ----------- | -------- | -------- |',
      '| one   | 500 calls | 1    | 1235 ms | 61 s | 150 MiB     | pass     | 3 faults |',
      '| other | 500 calls | 1    | 1235 ms | 61 s | 150 MiB     | FAIL (2) | 3 faults |',
      '',
      'other: seed 1: lost',
      'other: seed 2: lost',
      '',
    ]);
  });
});

describe('npm run soak', () => {
  it('runs a part in a process of its own and prints the table', async () => {
    const words = [join(import.meta.dirname, 'run.ts'), 'history', '--percent', '0.2'];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    expect(stdout).toMatch(/^\| history \| 20 calls \| 1 +\| \d+ ms .* MiB +\| pass /m);
  });

  it('leaves no process behind when it is killed, and no word of one', async () => {
    const words = [join(import.meta.dirname, 'run.ts'), 'history'];
    const run = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    const findPart = () => findChildren(run.pid).find(({ command }) => command.includes('run-part.ts'));
    while (!findPart()) await setTimeout(50);
    // By then the part tells of its progress.
    await setTimeout(1_500);
    run.kill('SIGKILL');
    // It ends when nobody is left who could write to it.
    expect(await text(run.stderr)).toBe('');
  }, 60_000);
});
