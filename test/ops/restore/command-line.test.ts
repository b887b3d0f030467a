import { readCommand } from '../../../ops/restore/command-line.ts';
import { WrongUsage } from '../../../ops/terminal/command.ts';

const now = new Date('2026-11-23T12:00:00Z');
const right = { bucket: 'b', prefix: 'files/', to: '2026-11-20T00:00:00Z' };

function read(options: Readonly<Record<string, string>>, ...more: readonly string[]) {
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  return readCommand([...words, ...more], now);
}

describe('the command line of the restore', () => {
  it('is a dry run unless it is applied', () => {
    const to = new Date('2026-11-20T00:00:00Z');
    const command = { bucket: 'b', prefix: 'files/', to, isJson: false, isVerbose: false };
    expect(read(right)).toEqual({ ...command, isApplied: false });
    expect(read(right, '--apply')).toEqual({ ...command, isApplied: true });
  });

  it('has the options that every command has', () => {
    expect(read(right, '--json', '--verbose')).toMatchObject({ isJson: true, isVerbose: true });
  });

  it('takes times of any zone', () => {
    expect(read({ ...right, to: '2026-11-20T01:30+01:30' })?.to).toEqual(new Date('2026-11-20T00:00:00Z'));
  });

  it('takes the last day of a month, also where it is another day in UTC', () => {
    expect(read({ ...right, to: '2024-02-29T23:30:00-01:00' })?.to).toEqual(new Date('2024-03-01T00:30:00Z'));
  });

  it('gives way to the help', () => {
    expect(readCommand(['-h'], now)).toBeUndefined();
  });

  it.each([
    [{ prefix: 'files/', to: right.to }, 'name the bucket with --bucket'],
    [{ ...right, prefix: '' }, 'say what the keys begin with by --prefix'],
    [{ bucket: 'b', prefix: 'files/' }, 'got ""'],
    [{ ...right, to: '2026-11-20' }, 'got "2026-11-20"'],
    [{ ...right, to: '2026-11-20T00:00:00' }, 'got "2026-11-20T00:00:00"'],
    [{ ...right, to: '2026-13-40T00:00:00Z' }, 'got "2026-13-40T00:00:00Z"'],
    [{ ...right, to: '2026-02-31T00:00:00Z' }, 'got "2026-02-31T00:00:00Z"'],
    [{ ...right, to: '2025-02-29T00:00:00+14:00' }, 'got "2025-02-29T00:00:00+14:00"'],
    [{ ...right, to: '2026-11-23T12:00:01Z' }, 'a time of the past'],
  ])('refuses %j', (options, words) => {
    expect(() => read(options)).toThrow(WrongUsage);
    expect(() => read(options)).toThrow(words);
  });
});
