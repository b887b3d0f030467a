import { runBin } from '../../support/run-bin.ts';

describe.each(['build', 'trace'])('npm run %s', (name) => {
  it('explains itself', async () => {
    const { code, stdout, stderr } = await runBin(name, ['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`npm run --silent ${name}`);
  });

  it('explains wrong usage without a stack', async () => {
    const { code, stdout, stderr } = await runBin(name, ['--bogus']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^unknown option '--bogus'/);
    expect(stderr).not.toContain('    at ');
  });
});

it('npm run trace names the functions that there are', async () => {
  const { code, stderr } = await runBin('trace', ['--function', 'x']);
  expect(code).toBe(2);
  expect(stderr).toContain('set --function to mcp or metadata, got "x"');
});
