import { explainError, readWords, runCommand, WrongUsage } from '../../../ops/terminal/command.ts';

describe('the words of a command line', () => {
  it('know the options of every command and those of the one', () => {
    const { values } = readWords(['--json', '--count', '3'], { count: { type: 'string' } });
    expect(values).toMatchObject({ json: true, verbose: false, help: false, count: '3' });
  });

  it('are wrong usage where an option is not known', () => {
    expect(() => readWords(['--colour'], {})).toThrow(WrongUsage);
    expect(() => readWords(['--colour'], {})).toThrow("unknown option '--colour'");
  });
});

describe('a command', () => {
  async function run(words: readonly string[], work: () => Promise<0 | 1 | 2>) {
    let told = '';
    const complain = (text: string) => {
      told += text;
    };
    return { exitCode: await runCommand(words, { help: 'the help\n', complain }, work), told };
  }

  it.each([0, 1, 2] as const)('leaves with the exit code %i of its work', async (code) => {
    expect(await run([], async () => code)).toEqual({ exitCode: code, told: '' });
  });

  it('tells wrong usage with its help, and leaves with 2', async () => {
    const work = () => Promise.reject(new WrongUsage('give a name'));
    expect(await run([], work)).toEqual({ exitCode: 2, told: 'give a name\n\nthe help\n' });
  });

  it('tells an error in one line, and leaves with 1', async () => {
    const { exitCode, told } = await run([], () => Promise.reject(new Error('the disk is full')));
    expect([exitCode, told]).toEqual([1, 'the disk is full (--verbose tells more)\n']);
  });

  it('tells the stack and the cause with --verbose', async () => {
    const error = new Error('the disk is full', { cause: new Error('ENOSPC') });
    const { told } = await run(['--verbose'], () => Promise.reject(error));
    expect(told).toMatch(/the disk is full\n +at .*ENOSPC/s);
  });

  it.each([
    ['text', 'text'],
    [new Error(''), 'Error (--verbose tells more)'],
  ])('explains %p', (error, sentence) => {
    expect(explainError(error, false)).toBe(sentence);
  });
});
